/** What an operator sees of all services, at one address. */
@NullMarked
package im.hongyan.standalone.operator;

import org.jspecify.annotations.NullMarked;
