package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.async.Async;
import com.hivemq.extension.sdk.api.async.TimeoutFallback;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.publish.PublishPacket;
import im.hongyan.mqtt.InboundMessage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Hands the messages of one connection to the handler instead of distributing them in the broker.
 *
 * <p>It runs before HiveMQ's own permission check, which a message that ends here never reaches, so
 * it checks the topic itself; everything that is not plainly allowed goes on to that check and is
 * denied there. HiveMQ calls it for one message of a connection at a time: the next one waits until
 * the previous has been answered.
 */
final class InboundGate implements PublishInboundInterceptor {
  private static final String NOT_TAKEN = "not taken, send again";

  private final Admitted admitted;
  private final EmbeddedInboundLink inbound;
  private final Duration limit;

  InboundGate(Admitted admitted, EmbeddedInboundLink inbound, Duration limit) {
    this.admitted = admitted;
    this.inbound = inbound;
    this.limit = limit;
  }

  @Override
  public void onInboundPublish(PublishInboundInput input, PublishInboundOutput output) {
    PublishPacket packet = input.getPublishPacket();
    if (packet.getRetain() || !admitted.mayPublish().contains(packet.getTopic())) {
      return;
    }
    CompletableFuture<?> taken =
        inbound
            .handOver(
                new InboundMessage(
                    packet.getTopic(),
                    packet.getPayload().map(Payloads::copy).orElse(Payloads.EMPTY),
                    packet.getQos().getQosNumber(),
                    admitted.connection().clientId()))
            .toCompletableFuture();
    if (taken.isDone()) {
      answer(output, taken.isCompletedExceptionally());
      return;
    }
    Async<PublishInboundOutput> answer =
        output.async(limit, TimeoutFallback.FAILURE, AckReasonCode.UNSPECIFIED_ERROR, NOT_TAKEN);
    var _ =
        taken.whenComplete(
            (done, failure) -> {
              answer(output, failure != null);
              answer.resume();
            });
  }

  private static void answer(PublishInboundOutput output, boolean failed) {
    if (failed) {
      output.preventPublishDelivery(AckReasonCode.UNSPECIFIED_ERROR, NOT_TAKEN);
    } else {
      output.preventPublishDelivery(AckReasonCode.SUCCESS);
    }
  }
}
