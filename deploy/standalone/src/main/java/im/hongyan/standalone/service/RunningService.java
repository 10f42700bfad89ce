package im.hongyan.standalone.service;

import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** One service in a Spring context of its own. */
public final class RunningService implements AutoCloseable {
  private final String name;
  private final ConfigurableApplicationContext context;

  private RunningService(String name, ConfigurableApplicationContext context) {
    this.name = name;
    this.context = context;
  }

  /**
   * Starts a service and returns when it listens.
   *
   * @param settings what differs from its configuration file
   * @param beans what this process gives it instead of what it would make itself, by bean name
   */
  public static RunningService start(
      SuiteService service, Map<String, String> settings, Map<String, Object> beans) {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("spring.config.name", service.configName());
    all.put(OwnAutoConfigurations.BRINGS, service.brings());
    // Each of these contexts has its own metrics, and none owns the process.
    all.put("management.metrics.use-global-registry", "false");
    all.put("management.metrics.tags.service", service.configName());
    all.put("server.shutdown", "immediate");
    all.put("spring.lifecycle.timeout-per-shutdown-phase", "2s");
    all.putAll(settings);
    ConfigurableApplicationContext context =
        new SpringApplicationBuilder(service.application())
            .web(WebApplicationType.REACTIVE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .registerShutdownHook(false)
            .initializers(
                fresh ->
                    beans.forEach(
                        (name, bean) -> fresh.getBeanFactory().registerSingleton(name, bean)))
            .run(
                all.entrySet().stream()
                    .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                    .toArray(String[]::new));
    return new RunningService(service.configName(), context);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The one bean of a type. */
  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  /** The port that it listens on. */
  public int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  @Override
  public void close() {
    context.close();
  }
}
