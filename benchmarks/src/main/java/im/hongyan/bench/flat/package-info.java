/** Whether what is stored already makes anything more expensive. */
@NullMarked
package im.hongyan.bench.flat;

import org.jspecify.annotations.NullMarked;
