package im.hongyan.bench.compare;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;

/** Users publish to each other's topics at QoS 1; confirmed is what mosquitto acknowledges. */
final class MosquittoWay implements Way {
  private final ComparePlan plan;
  private final Passage passage;
  private final List<RawClient> users = new ArrayList<>();

  private MosquittoWay(ComparePlan plan, Passage passage) {
    this.plan = plan;
    this.passage = passage;
  }

  static Way open(ComparePlan plan, ScratchMosquitto mosquitto, EventLoop loop, Passage passage)
      throws InterruptedException {
    MosquittoWay way = new MosquittoWay(plan, passage);
    for (int i = 0; i < plan.users(); i++) {
      way.users.add(
          RawClient.connect(
              loop,
              mosquitto.services(),
              mosquitto.service("raw-" + i, topic(i)),
              body -> passage.delivered(RawMessage.read(body), System.nanoTime())));
    }
    RawClient.awaitAll(way.users);
    return way;
  }

  private static String topic(int user) {
    return "raw/" + user;
  }

  @Override
  public void send(RawMessage message) {
    users
        .get(message.sender())
        .publish(
            topic(message.receiver()),
            message.bytes(plan.bytes()),
            () -> passage.confirmed(message, System.nanoTime()));
  }

  @Override
  public void close() {
    users.forEach(RawClient::close);
  }
}
