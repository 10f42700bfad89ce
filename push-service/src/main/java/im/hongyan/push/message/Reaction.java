package im.hongyan.push.message;

import im.hongyan.model.UserId;

/**
 * A member's reaction to a message.
 *
 * @param user whose
 * @param reaction usually an emoji
 */
public record Reaction(UserId user, String reaction) {}
