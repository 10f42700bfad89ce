package im.hongyan.push.events;

import im.hongyan.push.outbox.UnacknowledgedPushes;
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
    Gauge.builder("hongyan.push.pollers", bell, PollBell::numberOfWaiters).register(meters);
    return bell;
  }

  @Bean
  Lookout lookout(UnacknowledgedPushes pushes, PollBell bell) {
    return new Lookout(pushes::whoHasSome, bell, System::nanoTime);
  }
}
