package im.hongyan.systemtests.suite;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.processes.suite.BrokerHook;
import org.junit.jupiter.api.Test;

class EmqxTest {
  @Test
  void emqxIsToldWhereToAskAndWhatToShow() {
    String told = Emqx.configuration(new BrokerHook(4711, "among-us"));

    assertThat(told)
        .contains("\"http://host.testcontainers.internal:4711/broker/emqx/authentication\"")
        .contains("\"http://host.testcontainers.internal:4711/broker/emqx/authorization\"")
        .containsPattern(
            "\"x-hongyan-service\" = \"among-us\"(?s:.)*\"x-hongyan-service\" = \"among-us\"")
        .doesNotContain("://auth-bridge", "\"SECRET\"");
  }
}
