package im.hongyan.ingest.reply;

import im.hongyan.codec.WireCodec;
import im.hongyan.mqtt.ClientPublisher;
import io.micrometer.core.instrument.MeterRegistry;

/** Makes replies for tests. */
public final class ReplyFixture {
  private ReplyFixture() {}

  public static Replies through(ClientPublisher publisher, MeterRegistry meters) {
    return new Replies(publisher, new WireCodec(), new ReplyProperties(1), meters);
  }
}
