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
  private static final String MONGO =
      "org.springframework.boot.mongodb.autoconfigure.MongoReactiveAutoConfiguration";
  private static final String WEB_FLUX =
      "org.springframework.boot.webflux.autoconfigure.WebFluxAutoConfiguration";

  @Test
  void aServiceGetsWhatAllShareAndWhatItBrings() {
    assertThat(match("MONGO")).containsExactly(true, true);
    assertThat(match("AMQP,MQTT")).containsExactly(false, true);
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

  private static boolean[] match(String brings) {
    OwnAutoConfigurations filter = new OwnAutoConfigurations();
    filter.setEnvironment(new MockEnvironment().withProperty(OwnAutoConfigurations.BRINGS, brings));
    String[] names = {MONGO, WEB_FLUX};
    return filter.match(Arrays.copyOf(names, names.length), null);
  }
}
