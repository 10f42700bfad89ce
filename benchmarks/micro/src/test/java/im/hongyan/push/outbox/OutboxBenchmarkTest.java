package im.hongyan.push.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutboxBenchmarkTest {
  private final OutboxBenchmark outbox = new OutboxBenchmark();

  @Test
  void anEntryIsAPushAndAMarkAndLeavesTheWindowEmpty() {
    assertThat(outbox.deliverAndAcknowledge()).isEqualTo(2);
    assertThat(outbox.deliverAndAcknowledge()).isEqualTo(2);
    assertThat(outbox.inFlight()).isZero();
  }

  @Test
  void aWindowIsAsManyPushesAndOneMarkAndLeavesItEmpty() {
    assertThat(outbox.deliverAndAcknowledgeWindow()).isEqualTo(101);
    assertThat(outbox.deliverAndAcknowledgeWindow()).isEqualTo(101);
    assertThat(outbox.inFlight()).isZero();
  }
}
