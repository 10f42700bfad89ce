/** Reads and writes the JSON of the wire protocol, strictly and within limits. */
@NullMarked
package im.hongyan.codec;

import org.jspecify.annotations.NullMarked;
