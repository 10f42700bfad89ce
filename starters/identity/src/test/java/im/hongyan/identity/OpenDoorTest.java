package im.hongyan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;

/** Internal paths are not open to strangers because somebody forgot a secret. */
class OpenDoorTest {
  private final ReactiveWebApplicationContextRunner service =
      new ReactiveWebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(IdentityAutoConfiguration.class));

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "localhost"})
  void onLoopbackNoSecretIsNeeded(String address) {
    service
        .withPropertyValues("server.address=" + address)
        .run(context -> assertThat(context).hasNotFailed());
  }

  @ParameterizedTest
  @ValueSource(strings = {"server.address=0.0.0.0", "server.address=192.0.2.7", "server.port=0"})
  void whereOthersReachItAServiceDoesNotStartWithoutASecret(String reachable) {
    service
        .withPropertyValues(reachable)
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("hongyan.identity.service-secret: missing"));
  }

  @Test
  void withASecretItListensAnywhere() {
    service
        .withPropertyValues("server.address=0.0.0.0", "hongyan.identity.service-secret=among-us")
        .run(context -> assertThat(context).hasNotFailed());
  }
}
