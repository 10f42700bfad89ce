/**
 * What single parts cost. Parts that are private to their package are measured by a class in a
 * package of the same name in this module.
 */
@NullMarked
package im.hongyan.bench.micro;

import org.jspecify.annotations.NullMarked;
