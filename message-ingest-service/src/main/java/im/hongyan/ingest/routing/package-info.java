/** From bytes to the one who handles them, in the order in which each sender sent. */
@NullMarked
package im.hongyan.ingest.routing;

import org.jspecify.annotations.NullMarked;
