/** The ingest service: every message of a client comes in here and is answered. */
@NullMarked
package im.hongyan.ingest;

import org.jspecify.annotations.NullMarked;
