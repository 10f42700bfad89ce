package im.hongyan.bench.server;

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
        Tenured    total 43712K, used 30720K [0x00000000e0000000, 0x00000000e2ab0000)
         the  space 43712K,  70% used [0x00000000e0000000, 0x00000000e2ab0000)
        """;
    String parallel =
        """
         PSYoungGen      total 76288K, used 5242K [0x0, 0x1, 0x2)
          eden space 65536K, 8% used [0x0,0x1,0x2)
         ParOldGen       total 175104K, used 1000K [0x0, 0x1, 0x2)
          object space 175104K, 0% used [0x0,0x1,0x2)
        """;

    assertThat(LiveHeap.read(serial)).isEqualTo(32_768);
    assertThat(LiveHeap.read(parallel)).isEqualTo(6_242);
  }

  @Test
  void outputOfAnotherKindIsAnErrorRatherThanNothing() {
    assertThatThrownBy(() -> LiveHeap.read("no heap here"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no heap here");
  }

  @Test
  void whatIsKeptCounts() throws Exception {
    long pid = ProcessHandle.current().pid();
    long before = LiveHeap.kib(pid);
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      kept.add(new byte[MEGABYTE]);
    }

    assertThat(LiveHeap.kib(pid) - before).isBetween(50_000L, 100_000L);
    assertThat(kept).hasSize(64);
  }
}
