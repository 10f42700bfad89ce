package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NeighboursTest {
  @Test
  void whoWasNotHeardOfLatelyIsGone() {
    Neighbours neighbours = new Neighbours(10);
    neighbours.heard("a", 0);
    neighbours.heard("b", 5);
    assertThat(neighbours.count(10)).isEqualTo(2);
    assertThat(neighbours.count(11)).isOne();
    neighbours.heard("b", 12);
    assertThat(neighbours.count(22)).isOne();
  }
}
