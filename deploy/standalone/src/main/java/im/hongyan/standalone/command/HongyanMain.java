package im.hongyan.standalone.command;

import im.hongyan.chat.ChatException;
import im.hongyan.standalone.failure.StartFailure;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

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
        .setExecutionExceptionHandler(failures(err))
        .execute(args);
  }

  private static PrintWriter writer(OutputStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static IExecutionExceptionHandler failures(PrintWriter err) {
    return (failure, command, parsed) -> {
      switch (failure) {
        case StartFailure expected -> err.println("hongyan: " + oneLine(expected));
        case ChatException expected -> err.println("hongyan: " + oneLine(expected));
        default -> failure.printStackTrace(err);
      }
      return FAILED;
    };
  }

  private static String oneLine(Exception expected) {
    return String.valueOf(expected.getMessage()).replaceAll("\\s*\\R\\s*", " ");
  }
}
