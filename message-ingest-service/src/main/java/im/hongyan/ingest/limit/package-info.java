/** How much a sender may ask for. */
@NullMarked
package im.hongyan.ingest.limit;

import org.jspecify.annotations.NullMarked;
