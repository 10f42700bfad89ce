/** What a client asked, by whatever transport, and the answer that is on its way. */
@NullMarked
package im.hongyan.ingest.command;

import org.jspecify.annotations.NullMarked;
