package im.hongyan.amqp;

import im.hongyan.amqp.OutgoingGroup.Event;
import java.util.List;

/**
 * An AMQP message that the broker has not answered yet.
 *
 * @param number the channel's number of it
 * @param at when it was sent, as {@link System#nanoTime} tells it
 */
record Sent(Lane lane, long number, List<Event> events, long at) {}
