/** What connections cost on which nothing happens. */
@NullMarked
package im.hongyan.bench.idle;

import org.jspecify.annotations.NullMarked;
