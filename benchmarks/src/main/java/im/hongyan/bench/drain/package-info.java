/** How fast what is stored for receivers reaches them when they are back. */
@NullMarked
package im.hongyan.bench.drain;

import org.jspecify.annotations.NullMarked;
