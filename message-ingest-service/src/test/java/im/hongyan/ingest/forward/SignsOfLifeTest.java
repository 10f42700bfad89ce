package im.hongyan.ingest.forward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.Beat;
import im.hongyan.auth.client.AuthBridgeClient.HeartbeatReplies;
import im.hongyan.auth.client.AuthBridgeClient.Heartbeats;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Reply;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SignsOfLifeTest {
  private final List<Integer> asked = new CopyOnWriteArrayList<>();
  private Function<Heartbeats, HeartbeatReplies> answer =
      heartbeats ->
          new HeartbeatReplies(
              heartbeats.beats().stream().map(beat -> Reply.ok("heatbeat", beat.user())).toList());

  private AuthBridgeClient authBridge() {
    return (AuthBridgeClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {AuthBridgeClient.class},
            (proxy, method, arguments) -> {
              Heartbeats heartbeats = (Heartbeats) arguments[0];
              asked.add(heartbeats.beats().size());
              return answer.apply(heartbeats);
            });
  }

  @Test
  void heartbeatsThatComeTogetherAreOneQuestionAndEachGetsItsOwnAnswer() throws Exception {
    SignsOfLife signs = new SignsOfLife(authBridge(), Duration.ofSeconds(2));
    List<Future<Reply>> replies = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        Beat beat = new Beat(new UserId("u" + i), null);
        replies.add(threads.submit(() -> signs.tell(beat)));
      }
      for (int i = 0; i < 200; i++) {
        assertThat(replies.get(i).get().userId()).isEqualTo(new UserId("u" + i));
      }
    }
    assertThat(asked).containsExactly(200);
  }

  @Test
  void oneThatFailsFailsForThoseWhoAskedAndTheNextIsAskedAfresh() {
    SignsOfLife signs = new SignsOfLife(authBridge(), Duration.ZERO);
    Function<Heartbeats, HeartbeatReplies> good = answer;
    answer =
        heartbeats -> {
          throw HongyanException.unavailable("auth-bridge", null);
        };
    Beat beat = new Beat(new UserId("alice"), null);
    assertThatThrownBy(() -> signs.tell(beat))
        .isInstanceOfSatisfying(
            HongyanException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));

    answer = good;
    assertThat(signs.tell(beat).isOk()).isTrue();
  }
}
