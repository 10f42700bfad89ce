package im.hongyan.gateway.limits;

import im.hongyan.model.HongyanException;
import java.util.concurrent.atomic.AtomicLong;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SynchronousSink;

/** Refuses bodies above the limit: by what they announce, and by what really comes. */
@Component
public final class BodyLimitFilter implements GatewayFilter {
  private final long limit;

  BodyLimitFilter(LimitProperties limits) {
    this.limit = limits.body().toBytes();
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    long announced = exchange.getRequest().getHeaders().getContentLength();
    if (announced > limit) {
      return Mono.error(tooLarge(Long.toString(announced)));
    }
    return chain.filter(
        announced >= 0
            ? exchange
            : exchange.mutate().request(new Counted(exchange.getRequest(), limit)).build());
  }

  private HongyanException tooLarge(String size) {
    return tooLarge(size, limit);
  }

  private static HongyanException tooLarge(String size, long limit) {
    return HongyanException.badRequest("body: %s bytes (expected: at most %d)", size, limit);
  }

  /** A request that does not say how much it brings. */
  private static final class Counted extends ServerHttpRequestDecorator {
    private final long limit;

    Counted(ServerHttpRequest request, long limit) {
      super(request);
      this.limit = limit;
    }

    @Override
    public Flux<DataBuffer> getBody() {
      AtomicLong seen = new AtomicLong();
      return super.getBody().handle((buffer, sink) -> pass(buffer, seen, sink));
    }

    private void pass(DataBuffer buffer, AtomicLong seen, SynchronousSink<DataBuffer> sink) {
      if (seen.addAndGet(buffer.readableByteCount()) > limit) {
        DataBufferUtils.release(buffer);
        sink.error(tooLarge("more than " + limit, limit));
      } else {
        sink.next(buffer);
      }
    }
  }
}
