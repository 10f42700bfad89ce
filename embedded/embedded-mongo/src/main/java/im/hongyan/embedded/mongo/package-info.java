/**
 * A single-node document store that speaks MongoDB's wire protocol: ordered indexes, and no answer
 * to a write before it is on disk.
 */
@NullMarked
package im.hongyan.embedded.mongo;

import org.jspecify.annotations.NullMarked;
