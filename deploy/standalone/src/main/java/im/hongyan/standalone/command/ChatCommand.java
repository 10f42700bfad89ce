package im.hongyan.standalone.command;

import im.hongyan.model.UserId;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hongyan chat alice bob}: sends each line that is typed, shows what arrives. */
@Command(
    name = "chat",
    description = "A conversation in the terminal: each line is sent.",
    mixinStandardHelpOptions = true)
final class ChatCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BrokerOptions broker = new BrokerOptions();

  @Parameters(paramLabel = "USER", description = "Who types.", converter = User.class)
  private @Nullable UserId user;

  @Parameters(paramLabel = "OTHER", description = "With whom.", converter = User.class)
  private @Nullable UserId other;

  @Override
  public Integer call() throws IOException {
    if (spec == null || user == null || other == null) {
      throw new IllegalStateException("the command runs outside its command line");
    }
    PrintWriter out = spec.commandLine().getOut();
    try (Conversation chat =
            Conversation.open(broker.account(user), Conversation.someDevice(), out);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    new FileInputStream(FileDescriptor.in), StandardCharsets.UTF_8))) {
      String session = chat.sessionWith(other);
      out.println("type and press Enter; Ctrl-D ends");
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          chat.send(session, line);
        }
      }
    }
    return 0;
  }
}
