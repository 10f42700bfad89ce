package im.hongyan.ingest.activity;

import im.hongyan.auth.client.AuthBridgeClient;
import java.time.Clock;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.SchedulingConfigurer;

/** Reports of last activity. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(ActivityConfiguration.ActivityProperties.class)
class ActivityConfiguration {

  /**
   * How last activity is reported.
   *
   * @param reportInterval time between two reports
   * @param maxDevices devices that one interval remembers; more are not reported
   */
  @ConfigurationProperties("hongyan.ingest.activity")
  record ActivityProperties(
      @DefaultValue("10s") Duration reportInterval, @DefaultValue("200000") int maxDevices) {
    ActivityProperties {
      if (!reportInterval.isPositive()) {
        throw new IllegalArgumentException(
            "hongyan.ingest.activity.report-interval: %s (expected: more than 0)"
                .formatted(reportInterval));
      }
    }
  }

  @Bean
  ActivityReports activityReports(
      AuthBridgeClient authBridge, Clock clock, ActivityProperties properties) {
    return new ActivityReports(authBridge, clock, properties.maxDevices());
  }

  @Bean
  SchedulingConfigurer activityReporting(ActivityReports reports, ActivityProperties properties) {
    return tasks -> tasks.addFixedDelayTask(reports::report, properties.reportInterval());
  }
}
