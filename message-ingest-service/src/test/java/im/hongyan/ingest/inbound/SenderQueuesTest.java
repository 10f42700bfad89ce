package im.hongyan.ingest.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderQueuesTest {
  @ParameterizedTest
  @ValueSource(strings = {"alice", "a.b", "a.b.c", ".", "..", "al@example.com", "_-"})
  void everyUserIdIsFoundInTheKeyOfItsTopic(String user) {
    String key = Topics.toServer(new UserId(user)).replace('/', '.');

    assertThat(Topics.senderOf(SenderQueues.topic(key))).contains(new UserId(user));
  }

  @Test
  void keyOfNobodysTopicIsNobodys() {
    assertThat(Topics.senderOf(SenderQueues.topic(".root.server"))).isEmpty();
    assertThat(Topics.senderOf(SenderQueues.topic(".root.server."))).isEmpty();
    assertThat(Topics.senderOf(SenderQueues.topic(".root.client.alice"))).isEmpty();
  }
}
