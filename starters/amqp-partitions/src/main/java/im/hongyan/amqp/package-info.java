/** Ordered partitioned streams over AMQP: confirmed publishing, one active consumer a partition. */
@NullMarked
package im.hongyan.amqp;

import org.jspecify.annotations.NullMarked;
