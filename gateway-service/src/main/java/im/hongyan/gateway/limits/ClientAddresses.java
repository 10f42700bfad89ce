package im.hongyan.gateway.limits;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.stereotype.Component;

/**
 * Where requests come from: the peer, or, where that is a trusted proxy, whom it names in {@code
 * X-Forwarded-For}, and so on backwards. What stands before the first address that is no trusted
 * proxy's was written by a stranger and counts for nothing.
 */
@Component
public final class ClientAddresses {
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final String UNKNOWN = "unknown";
  private static final int MAX_LENGTH = 64;

  private final @Nullable Pattern trustedProxies;

  ClientAddresses(
      @Value("${spring.cloud.gateway.server.webflux.trusted-proxies:}") String trustedProxies) {
    this.trustedProxies = trustedProxies.isBlank() ? null : Pattern.compile(trustedProxies);
  }

  /** The address of whoever sent a request. */
  public String of(ServerHttpRequest request) {
    String address = peer(request.getRemoteAddress());
    List<String> forwarded =
        request.getHeaders().getOrEmpty(FORWARDED_FOR).stream()
            .flatMap(line -> Stream.of(line.split(",", -1)))
            .map(String::strip)
            .toList();
    for (String before : forwarded.reversed()) {
      if (!isTrusted(address) || before.isEmpty() || before.length() > MAX_LENGTH) {
        break;
      }
      address = before;
    }
    return address;
  }

  private boolean isTrusted(String address) {
    return trustedProxies != null && trustedProxies.matcher(address).matches();
  }

  private static String peer(@Nullable InetSocketAddress from) {
    if (from == null) {
      return UNKNOWN;
    }
    return from.getAddress() == null ? from.getHostString() : from.getAddress().getHostAddress();
  }
}
