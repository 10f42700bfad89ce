package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class StreamTopologyTest {
  private final StreamTopology topology = new StreamTopology(1, true);

  private static Channel channel(FakeBroker broker) throws IOException {
    return new AmqpLink(broker, List.of(), "test").openChannel();
  }

  @Test
  void fromVersion4OnQueuesAreDeclaredWithoutADeliveryLimit() throws Exception {
    FakeBroker broker = new FakeBroker("4.0.5");
    topology.declareStream(channel(broker), "s");
    topology.declareDead(channel(broker));
    assertThat(broker.queues.get("s.0"))
        .containsEntry("x-delivery-limit", -1)
        .containsEntry("x-queue-type", "quorum")
        .containsEntry("x-single-active-consumer", true);
    assertThat(broker.queues.get("im.dead")).containsEntry("x-delivery-limit", -1);
  }

  @Test
  void earlierVersionsHaveNoLimitAndRefuseTheArgument() throws Exception {
    FakeBroker broker = new FakeBroker("3.10.8");
    topology.declareStream(channel(broker), "s");
    assertThat(broker.queues.get("s.0")).doesNotContainKey("x-delivery-limit");
  }

  @Test
  void aQueueThatIsThereWithALimitIsUsedAsItIs() throws Exception {
    FakeBroker broker = new FakeBroker("4.0.5");
    broker.limited.add("s.0");
    assertThatThrownBy(() -> topology.declareStream(channel(broker), "s"))
        .isInstanceOf(IOException.class);
    topology.declareStream(channel(broker), "s");
    assertThat(broker.queues.get("s.0")).doesNotContainKey("x-delivery-limit");
  }
}
