/** Virtual users that send at a fixed rate or as fast as they are answered, over crashes too. */
@NullMarked
package im.hongyan.bench.load;

import org.jspecify.annotations.NullMarked;
