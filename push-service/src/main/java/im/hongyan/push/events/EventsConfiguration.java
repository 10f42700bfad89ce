package im.hongyan.push.events;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The long poll. */
@Configuration(proxyBeanMethods = false)
class EventsConfiguration {
  @Bean
  PollBell pollBell(MeterRegistry meters) {
    PollBell bell = new PollBell();
    Gauge.builder("hongyan.push.pollers", bell, PollBell::waiters).register(meters);
    return bell;
  }
}
