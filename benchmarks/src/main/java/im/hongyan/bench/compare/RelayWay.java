package im.hongyan.bench.compare;

import im.hongyan.bench.mqtt.MqttLogin;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The way of a message through Hongyan without Hongyan: users publish by mosquitto, a relay puts it
 * into a quorum queue, tells the sender when that is confirmed, and publishes to the receiver what
 * it consumes. Nothing is looked up, checked or stored beside the queue.
 */
final class RelayWay implements Way {
  private static final int IN_AND_OUT = 2;
  private static final String ALL_USERS = "/root/server/+";
  private static final String NOTHING = "raw/nothing";

  private final ComparePlan plan;
  private final Passage passage;
  private final List<RawClient> users = new ArrayList<>();
  private final MultiThreadIoEventLoopGroup relay =
      new MultiThreadIoEventLoopGroup(IN_AND_OUT, NioIoHandler.newFactory());
  private final EventLoop outLoop;
  private final RawClient in;
  private final RawClient out;
  private final QuorumQueues queues;

  RelayWay(
      ComparePlan plan, ScratchMosquitto mosquitto, URI rabbit, EventLoop loop, Passage passage)
      throws IOException, InterruptedException {
    this.plan = plan;
    this.passage = passage;
    this.queues = new QuorumQueues(rabbit, this::confirmed, this::consumed);
    this.outLoop = relay.next();
    this.out =
        RawClient.connect(
            outLoop, mosquitto.services(), mosquitto.service("raw-out", NOTHING), body -> {});
    this.in =
        RawClient.connect(
            relay.next(),
            mosquitto.services(),
            mosquitto.service("raw-in", ALL_USERS),
            this::cameIn);
    for (int i = 0; i < plan.users(); i++) {
      UserId id = user(i);
      MqttLogin login = new MqttLogin(id.value(), id.value(), "raw", Topics.toClient(id));
      users.add(RawClient.connect(loop, mosquitto.users(), login, this::reached));
    }
    List<RawClient> all = new ArrayList<>(users);
    all.addAll(List.of(in, out));
    RawClient.awaitAll(all);
  }

  private static UserId user(int number) {
    return new UserId("raw" + number);
  }

  @Override
  public void send(RawMessage message) {
    users
        .get(message.sender())
        .publish(Topics.toServer(user(message.sender())), message.bytes(plan.bytes()), () -> {});
  }

  private void cameIn(byte[] body) {
    try {
      queues.publish(RawMessage.read(body).sender(), body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void confirmed(byte[] body) {
    RawMessage message = RawMessage.read(body);
    byte[] confirmation = message.confirmation().bytes(RawMessage.SHORTEST);
    String topic = Topics.toClient(user(message.sender()));
    outLoop.execute(() -> out.publish(topic, confirmation, () -> {}));
  }

  private void consumed(byte[] body, Runnable acknowledge) {
    String topic = Topics.toClient(user(RawMessage.read(body).receiver()));
    outLoop.execute(() -> out.publish(topic, body, acknowledge));
  }

  /** On the users' event loop. */
  private void reached(byte[] body) {
    long now = System.nanoTime();
    RawMessage message = RawMessage.read(body);
    switch (message.kind()) {
      case TEXT -> passage.delivered(message, now);
      case CONFIRMATION -> passage.confirmed(message, now);
    }
  }

  @Override
  public void close() {
    users.forEach(RawClient::close);
    in.close();
    out.close();
    queues.close();
    relay.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
