package im.hongyan.session.store;

import im.hongyan.model.UserId;

/**
 * Somebody who left of his own accord.
 *
 * @param user who
 * @param at when, in milliseconds since 1970
 */
public record Departure(UserId user, long at) {}
