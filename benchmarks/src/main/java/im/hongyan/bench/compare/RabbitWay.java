package im.hongyan.bench.compare;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.URI;

/** One publisher to quorum queues and their consumers; confirmed is what RabbitMQ confirms. */
final class RabbitWay implements Way {
  private final ComparePlan plan;
  private final EventLoop loop;
  private final Passage passage;
  private final QuorumQueues queues;

  RabbitWay(ComparePlan plan, URI rabbit, EventLoop loop, Passage passage) throws IOException {
    this.plan = plan;
    this.loop = loop;
    this.passage = passage;
    this.queues = new QuorumQueues(rabbit, this::confirmed, this::consumed);
  }

  @Override
  public void send(RawMessage message) throws IOException {
    queues.publish(message.sender(), message.bytes(plan.bytes()));
  }

  private void confirmed(byte[] body) {
    long now = System.nanoTime();
    loop.execute(() -> passage.confirmed(RawMessage.read(body), now));
  }

  private void consumed(byte[] body, Runnable acknowledge) {
    long now = System.nanoTime();
    acknowledge.run();
    loop.execute(() -> passage.delivered(RawMessage.read(body), now));
  }

  @Override
  public void close() {
    queues.close();
  }
}
