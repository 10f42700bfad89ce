/**
 * One ordered outbox for each receiver: {@link im.hongyan.push.outbox.ReceiverOutbox} decides, the
 * partition's owner stores and publishes.
 */
@NullMarked
package im.hongyan.push.outbox;

import org.jspecify.annotations.NullMarked;
