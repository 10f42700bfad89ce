package im.hongyan.identity;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.model.HongyanException;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.core.MethodParameter;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.http.HttpHeaders;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Gives controller methods their {@link Caller}. */
final class CallerResolver implements HandlerMethodArgumentResolver {
  private static final String SCHEME = "Bearer ";

  private final ObjectProvider<InternalTokens> tokens;
  private final Clock clock;
  // Verifying costs a signature check, so that tokens in use are remembered until they end.
  private final Cache<String, InternalTokens.Verified> verified;
  // The key may have to be fetched, which blocks.
  private final Scheduler blocking =
      Schedulers.fromExecutor(new VirtualThreadTaskExecutor("caller-"));

  CallerResolver(ObjectProvider<InternalTokens> tokens, Clock clock, int cachedTokens) {
    this.tokens = tokens;
    this.clock = clock;
    this.verified = Caffeine.newBuilder().maximumSize(cachedTokens).build();
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Caller.class;
  }

  @Override
  public Mono<Object> resolveArgument(
      MethodParameter parameter, BindingContext bindingContext, ServerWebExchange exchange) {
    String token = bearerToken(exchange.getRequest().getHeaders());
    if (token == null) {
      return Mono.error(
          HongyanException.unauthenticated("Authorization: missing (expected: Bearer <token>)"));
    }
    InternalTokens.Verified known = verified.getIfPresent(token);
    if (known != null && known.expiresAt().isAfter(clock.instant())) {
      return Mono.just(new Caller(known.user()));
    }
    return Mono.fromSupplier(() -> verify(token)).subscribeOn(blocking).cast(Object.class);
  }

  private Caller verify(String token) {
    InternalTokens.Verified fresh = verifier().verify(token);
    verified.put(token, fresh);
    return new Caller(fresh.user());
  }

  private InternalTokens verifier() {
    InternalTokens verifier = tokens.getIfAvailable();
    if (verifier == null) {
      throw new IllegalStateException(
          "hongyan.identity.jwks-url: missing (expected: the URL of the internal tokens' keys)");
    }
    return verifier;
  }

  private static @Nullable String bearerToken(HttpHeaders headers) {
    String value = headers.getFirst(HttpHeaders.AUTHORIZATION);
    return value != null && value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? value.substring(SCHEME.length()).strip()
        : null;
  }
}
