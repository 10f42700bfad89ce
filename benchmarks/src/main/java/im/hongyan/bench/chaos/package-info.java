/** Faults under load: what is struck, what is promised meanwhile, and what came of it. */
@NullMarked
package im.hongyan.bench.chaos;

import org.jspecify.annotations.NullMarked;
