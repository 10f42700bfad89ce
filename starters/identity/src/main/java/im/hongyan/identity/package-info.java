/** Who calls: verifies internal tokens offline and keeps internal paths internal. */
@NullMarked
package im.hongyan.identity;

import org.jspecify.annotations.NullMarked;
