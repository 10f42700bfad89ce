package im.hongyan.push.reading;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;

/**
 * How far a member has read.
 *
 * @param session where
 * @param user who
 * @param seq the last message that he has read, or that there was when he came in
 * @param joined the message that told that he came in, the last time he did; 0 where that is not
 *     what is stored
 * @param updatedAt when he said so, milliseconds since 1970
 */
public record ReadPosition(SessionId session, UserId user, long seq, long joined, long updatedAt) {}
