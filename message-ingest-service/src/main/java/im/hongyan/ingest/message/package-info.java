/** Sending, acknowledging and writing messages: what ingest decides itself. */
@NullMarked
package im.hongyan.ingest.message;

import org.jspecify.annotations.NullMarked;
