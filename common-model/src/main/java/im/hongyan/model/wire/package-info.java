/** The wire protocol: what clients send, what the server answers and pushes; JSON as specified. */
@NullMarked
package im.hongyan.model.wire;

import org.jspecify.annotations.NullMarked;
