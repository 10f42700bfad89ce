package im.hongyan.systemtests.suite;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class ExternalToolTest {
  @Test
  void missingProgramSkipsATestAndFailsItWhereItIsRequired() {
    assertThatThrownBy(() -> ExternalTool.require(false, "x is not installed", false))
        .isInstanceOf(TestAbortedException.class);
    assertThatThrownBy(() -> ExternalTool.require(false, "x is not installed", true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("x is not installed");
    assertThatCode(() -> ExternalTool.require(true, "", true)).doesNotThrowAnyException();
  }
}
