package im.hongyan.standalone.command;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.slf4j.LoggerFactory;

/** Sends what all parts log to a file of the data folder; the terminal stays for the human. */
final class LogFile {
  private LogFile() {}

  static void in(Path folder) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new StartFailure(
          "data folder %s cannot be written (%s); choose another with --data"
              .formatted(folder.getParent(), e.getClass().getSimpleName()),
          e);
    }
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
  }
}
