package im.hongyan.bench.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveHeapTest {
  private static final int MEGABYTE = 1024 * 1024;

  @Test
  void generationsAreAddedAndTheirSpacesAreNotCountedAgain() {
    String serial =
        """
        4711:
        DefNew     total 19712K, used 2048K [0x00000000fc000000, 0x00000000fd550000)
         eden space 17536K,  12% used [0x00000000fc000000, 0x00000000fd120000)
         from space 2176K,   0% used [0x00000000fd120000, 0x00000000fd340000)
        Tenured    total 43712K, used 30720K [0x00000000e0000000, 0x00000000e2ab0000)
          the space 43712K,  70% used [0x00000000e0000000, 0x00000000e2ab0000)
        Metaspace       used 90000K, committed 91000K, reserved 1179648K
        """;

    assertThat(LiveHeap.read(serial)).isEqualTo(32);
  }

  @Test
  void outputOfAnotherKindIsAnErrorRatherThanNothing() {
    assertThatThrownBy(() -> LiveHeap.read("no heap here"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no heap here");
  }

  @Test
  void whatIsKeptCounts() {
    long pid = ProcessHandle.current().pid();
    long before = LiveHeap.megabytes(pid);
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      kept.add(new byte[MEGABYTE]);
    }

    assertThat(LiveHeap.megabytes(pid) - before).isBetween(50L, 100L);
    assertThat(kept).hasSize(64);
  }
}
