package im.hongyan.push.message;

import im.hongyan.model.ErrorCode;

/**
 * What was decided about a request that changed nothing.
 *
 * @param request its name
 * @param errcode 0 where the message was already as it was wanted, else why it stays as it is
 */
public record Decision(String request, ErrorCode errcode) {}
