package im.hongyan.standalone.command;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import im.hongyan.standalone.failure.StartFailure;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Sends what all parts log to a file of the data folder; the terminal stays for the human. */
final class LogFile {
  private static volatile @Nullable Path current;

  private LogFile() {}

  /** Logs to {@code hongyan.log} in a folder that is there. */
  static void in(Path folder) {
    URL configuration =
        Objects.requireNonNull(LogFile.class.getResource("/hongyan-log.xml"), "hongyan-log.xml");
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    context.reset();
    context.putProperty("folder", folder.toAbsolutePath().toString());
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    try {
      configurator.doConfigure(configuration);
    } catch (JoranException e) {
      throw new StartFailure("log: its configuration cannot be read", e);
    }
    current = folder.resolve("hongyan.log");
  }

  /** The file, once there is one. */
  static Optional<Path> current() {
    return Optional.ofNullable(current);
  }
}
