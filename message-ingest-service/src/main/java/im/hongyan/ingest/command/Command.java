package im.hongyan.ingest.command;

import im.hongyan.model.DeviceId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Request;
import org.jspecify.annotations.Nullable;

/**
 * A message of a client, read and with its proven sender.
 *
 * @param sender who sent it, as the topic or the login says
 * @param transport how it came
 * @param clientId the MQTT client id that sent it, where the broker tells
 * @param request what it says
 * @param raw its bytes as sent where another service gets it as it is, else empty; not to be
 *     changed
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record Command(
    UserId sender, Transport transport, @Nullable String clientId, Request request, byte[] raw) {
  /** The device where the message names it. */
  public @Nullable DeviceId device() {
    return request.header().device();
  }

  @Override
  public String toString() {
    return "Command[%s of %s by %s]".formatted(request.message().type(), sender, transport);
  }
}
