package im.hongyan.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.mock.env.MockEnvironment;

class OwnAutoConfigurationsTest {
  private static final String MONGO = "org.springframework.boot.mongodb.autoconfigure.";
  private static final String REACTIVE_MONGO = MONGO + "MongoReactiveAutoConfiguration";
  private static final String REACTIVE_MONGO_HEALTH =
      MONGO + "health.MongoReactiveHealthContributorAutoConfiguration";
  private static final String BLOCKING_MONGO = MONGO + "MongoAutoConfiguration";
  private static final String BLOCKING_MONGO_HEALTH =
      MONGO + "health.MongoHealthContributorAutoConfiguration";
  private static final String MONGO_METRICS = MONGO + "metrics.MongoMetricsAutoConfiguration";
  private static final String WEB_FLUX =
      "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration";

  @Test
  void aServiceGetsWhatAllShareAndWhatItBrings() {
    assertThat(match("REACTIVE_MONGO", REACTIVE_MONGO, WEB_FLUX)).containsExactly(true, true);
    assertThat(match("AMQP,MQTT", REACTIVE_MONGO, WEB_FLUX)).containsExactly(false, true);
  }

  @Test
  void aServiceGetsTheDriverThatItBringsWithItsHealthAndNotTheOther() {
    String[] ofDrivers = {
      REACTIVE_MONGO, REACTIVE_MONGO_HEALTH, BLOCKING_MONGO, BLOCKING_MONGO_HEALTH, MONGO_METRICS
    };

    assertThat(match("REACTIVE_MONGO", ofDrivers)).containsExactly(true, true, false, false, true);
    assertThat(match("BLOCKING_MONGO", ofDrivers)).containsExactly(false, false, true, true, true);
  }

  @ParameterizedTest
  @EnumSource(SuiteService.class)
  void everyServiceIsAPublicApplicationWithItsOwnConfigurationFile(SuiteService service) {
    assertThat(service.application()).hasAnnotation(SpringBootApplication.class);
    assertThat(Modifier.isPublic(service.application().getModifiers())).isTrue();
    assertThat(getClass().getResource("/" + service.configName() + ".yml"))
        .as(service.configName())
        .isNotNull();
  }

  private static boolean[] match(String brings, String... names) {
    OwnAutoConfigurations filter = new OwnAutoConfigurations();
    filter.setEnvironment(new MockEnvironment().withProperty(OwnAutoConfigurations.BRINGS, brings));
    return filter.match(Arrays.copyOf(names, names.length), null);
  }
}
