package im.hongyan.gateway.login;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import im.hongyan.gateway.limits.RateLimits;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/**
 * The logins of the tokens seen lately. A token that comes in a hundred requests at once is
 * exchanged once; a refused one is refused from memory for a few seconds; while auth-bridge cannot
 * be asked, nothing is remembered. Tokens are kept as digests.
 */
final class Logins {
  private final TokenExchange exchange;
  private final RateLimits limits;
  private final AsyncCache<String, Answer> answers;

  Logins(TokenExchange exchange, RateLimits limits, LoginProperties properties, Clock clock) {
    this.exchange = exchange;
    this.limits = limits;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(properties.maxKept())
            .expireAfter(Expiry.<String, Answer>creating((digest, a) -> keep(a, properties, clock)))
            .buildAsync();
  }

  /**
   * The login of a token.
   *
   * @param from where the request came from; counted where the token is not known
   */
  Mono<Login> of(String token, String from) {
    String digest = digest(token);
    CompletableFuture<Answer> known = answers.getIfPresent(digest);
    if (known == null) {
      limits.countLogin(from);
      known = answers.get(digest, (d, executor) -> ask(token).toFuture());
    }
    CompletableFuture<Answer> asked = known;
    // The cache forgets a failure by itself, but maybe after the client has been told and asks
    // again.
    return Mono.fromFuture(asked, true)
        .doOnError(failure -> answers.asMap().remove(digest, asked))
        .flatMap(Logins::loginOrRefusal);
  }

  private Mono<Answer> ask(String token) {
    return exchange
        .exchange(token)
        .<Answer>map(Granted::new)
        .onErrorResume(
            HongyanException.class,
            e -> e.code() == ErrorCode.UNAUTHENTICATED ? Mono.just(new Refused(e)) : Mono.error(e));
  }

  private static Mono<Login> loginOrRefusal(Answer answer) {
    return switch (answer) {
      case Granted(Login login) -> Mono.just(login);
      case Refused(HongyanException why) -> Mono.error(why);
    };
  }

  private static Duration keep(Answer answer, LoginProperties properties, Clock clock) {
    return switch (answer) {
      case Refused(HongyanException why) -> properties.keepRefused();
      case Granted(Login login) -> {
        Duration usable =
            Duration.ofMillis(login.expiresAt() - clock.millis()).minus(properties.margin());
        Duration keep = usable.compareTo(properties.keep()) < 0 ? usable : properties.keep();
        yield keep.isNegative() ? Duration.ZERO : keep;
      }
    };
  }

  private static String digest(String token) {
    try {
      byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  private sealed interface Answer {}

  private record Granted(Login login) implements Answer {}

  private record Refused(HongyanException why) implements Answer {}
}
