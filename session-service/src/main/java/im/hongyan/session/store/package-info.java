/**
 * The collection {@code session}: one document holds a session and what is still to be told of it.
 */
@NullMarked
package im.hongyan.session.store;

import org.jspecify.annotations.NullMarked;
