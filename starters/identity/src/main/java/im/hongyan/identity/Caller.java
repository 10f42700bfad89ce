package im.hongyan.identity;

import im.hongyan.model.UserId;

/**
 * Who calls, proved by an internal token. A controller method that takes one is reachable with a
 * valid token alone; everybody else gets 401.
 *
 * @param user the user who calls
 */
public record Caller(UserId user) {}
