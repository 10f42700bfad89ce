package im.hongyan.standalone.command;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.chat.Incoming;
import im.hongyan.model.UserId;
import im.hongyan.standalone.failure.StartFailure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A short conversation, so that what is learnt while training is what is needed later. */
final class Rehearsal {
  private static final int MESSAGES = 50;
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private Rehearsal() {}

  static void of(int mqttPort) throws InterruptedException {
    Account alice = Account.demo("127.0.0.1", mqttPort, new UserId("alice"));
    Account bob = Account.demo("127.0.0.1", mqttPort, new UserId("bob"));
    CountDownLatch arrived = new CountDownLatch(MESSAGES);
    try (ChatClient listener = ChatClient.connect(bob, "rehearsal", m -> count(m, arrived));
        ChatClient speaker = ChatClient.connect(alice, "rehearsal", m -> {})) {
      listener.beOnline();
      String session = speaker.sessionWith(bob.user());
      for (int i = 0; i < MESSAGES; i++) {
        speaker.send(session, "message " + i);
      }
      if (!arrived.await(WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new StartFailure("rehearsal: %d messages missing".formatted(arrived.getCount()));
      }
    }
  }

  private static void count(Incoming message, CountDownLatch arrived) {
    if (!message.system()) {
      arrived.countDown();
    }
  }
}
