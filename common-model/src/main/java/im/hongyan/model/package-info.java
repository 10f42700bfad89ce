/** Ids, topics and error codes: what every other package of the suite speaks about. */
@NullMarked
package im.hongyan.model;

import org.jspecify.annotations.NullMarked;
