package im.hongyan.push.events;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LookoutTest {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");

  private final List<Collection<UserId>> asked = new ArrayList<>();
  private final PollBell bell = new PollBell();
  private long now = Long.MAX_VALUE - 1;
  private final Lookout lookout = new Lookout(this::whoHasSome, bell, () -> now);

  @Test
  void oneOfThoseWhoWaitLooksForAllAndOnlyEveryNowAndThen() throws InterruptedException {
    try (PollBell.Waiting alice = bell.wait(ALICE);
        PollBell.Waiting bob = bell.wait(BOB)) {
      lookout.look();
      assertThat(asked).isEmpty();
      now += Lookout.EVERY_NANOS;

      lookout.look();
      lookout.look();

      assertThat(asked).singleElement().satisfies(users -> assertThat(users).hasSize(2));
      assertThat(alice.await(0)).isFalse();
      assertThat(bob.await(0)).isTrue();
    }
  }

  @Test
  void whereNobodyWaitsNothingIsAsked() {
    now += Lookout.EVERY_NANOS;

    lookout.look();

    assertThat(asked).isEmpty();
  }

  private Set<UserId> whoHasSome(Collection<UserId> users) {
    asked.add(List.copyOf(users));
    return Set.of(BOB);
  }
}
