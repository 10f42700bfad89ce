package im.hongyan.model.wire;

import im.hongyan.model.DeviceId;
import im.hongyan.model.UserId;
import org.jspecify.annotations.Nullable;

/**
 * The fields that all client messages share. Who the sender is never comes from here but from the
 * topic or the HTTP login; {@code user} is only compared with it.
 *
 * @param user who the client says it is
 * @param token authenticates again and replaces the connection's token where it differs
 * @param device which of the user's devices speaks
 * @param requestId echoed in the reply
 */
public record RequestHeader(
    @Nullable UserId user,
    @Nullable String token,
    @Nullable DeviceId device,
    @Nullable String requestId) {
  /** The longest token, in characters. */
  public static final int MAX_TOKEN_LENGTH = 8192;

  /** A message that carries none of them. */
  public static final RequestHeader EMPTY = new RequestHeader(null, null, null, null);

  /** Checks the fields. */
  public RequestHeader {
    Fields.optionalText("token", token, MAX_TOKEN_LENGTH);
    Fields.optionalText("requestId", requestId, 64);
  }

  /** Without the token, which opens everything. */
  @Override
  public String toString() {
    return "RequestHeader[user=%s, device=%s, requestId=%s]".formatted(user, device, requestId);
  }
}
