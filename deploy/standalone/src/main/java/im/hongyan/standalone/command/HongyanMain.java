package im.hongyan.standalone.command;

import im.hongyan.chat.ChatException;
import im.hongyan.standalone.failure.StartFailure;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * The commands behind {@code ./hongyan}. Exit codes: 0 done, 1 could not be done, 2 wrong usage.
 */
@Command(
    name = "hongyan",
    description = "An instant-messaging back end.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {UpCommand.class, ListenCommand.class, SendCommand.class, ChatCommand.class})
public final class HongyanMain {
  private static final int FAILED = 1;

  private HongyanMain() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    // Before the first logger: else the configuration of some library would be taken.
    System.setProperty("logback.configurationFile", "hongyan-console.xml");
    System.exit(run(args));
  }

  private static int run(String[] args) {
    PrintWriter out = writer(new FileOutputStream(FileDescriptor.out));
    PrintWriter err = writer(new FileOutputStream(FileDescriptor.err));
    return new CommandLine(new HongyanMain())
        .setOut(out)
        .setErr(err)
        .setParameterExceptionHandler(HongyanMain::wrongUsage)
        .setExecutionExceptionHandler(HongyanMain::failed)
        .execute(args);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int wrongUsage(ParameterException wrong, String[] args) {
    CommandLine command = wrong.getCommandLine();
    command
        .getErr()
        .printf(
            "hongyan: %s; see ./%s --help%n",
            oneLine(wrong), command.getCommandSpec().qualifiedName(" "));
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  private static int failed(Exception failure, CommandLine command, ParseResult parsed) {
    switch (failure) {
      case StartFailure expected ->
          command
              .getErr()
              .println("hongyan: " + oneLine(expected) + (isExplained(expected) ? "" : more()));
      case ChatException expected -> command.getErr().println("hongyan: " + oneLine(expected));
      default -> {
        logSomewhere();
        LoggerFactory.getLogger(HongyanMain.class).error("Unexpected failure", failure);
        command
            .getErr()
            .println("hongyan: unexpected failure (" + oneLine(failure.toString()) + ")" + more());
      }
    }
    return FAILED;
  }

  /** Whether the sentence says all that there is to know. */
  private static boolean isExplained(StartFailure failure) {
    return failure.getCause() == null || failure.getCause() instanceof IOException;
  }

  /** A command that has no data folder logs to the folder for temporary files. */
  private static void logSomewhere() {
    if (LogFile.current().isEmpty()) {
      try {
        LogFile.in(Files.createTempDirectory("hongyan-"));
      } catch (IOException e) {
        // Then the log goes where it went so far: to the terminal.
      }
    }
  }

  private static String more() {
    return LogFile.current().map(file -> "; the log tells more: " + file).orElse("");
  }

  private static String oneLine(Exception expected) {
    return oneLine(String.valueOf(expected.getMessage()));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*\\R\\s*", " ");
  }
}
