package im.hongyan.ingest.inbound;

import im.hongyan.web.ReplyErrors;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;
import reactor.core.publisher.Mono;

/** What fails before a command is read, its login for instance, is answered by a reply as well. */
final class CommandsAreAnsweredByReplies implements WebFilter {
  private final PathPattern commands =
      PathPatternParser.defaultInstance.parse(CommandController.COMMANDS);

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    if (commands.matches(exchange.getRequest().getPath().pathWithinApplication())) {
      ReplyErrors.wantedBy(exchange);
    }
    return chain.filter(exchange);
  }
}
