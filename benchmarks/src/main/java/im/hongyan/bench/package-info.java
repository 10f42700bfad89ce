/** Where {@code ./hongyan bench} begins. */
@NullMarked
package im.hongyan.bench;

import org.jspecify.annotations.NullMarked;
