package im.hongyan.model.wire;

/**
 * One message of a client, read and checked.
 *
 * @param header the fields that all messages share
 * @param message what is asked for
 */
public record Request(RequestHeader header, ClientMessage message) {}
