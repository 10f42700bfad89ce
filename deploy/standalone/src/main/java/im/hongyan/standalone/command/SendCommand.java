package im.hongyan.standalone.command;

import im.hongyan.chat.ChatClient;
import im.hongyan.model.UserId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hongyan send alice bob "hi"}: sends one text and ends when the server keeps it. */
@Command(
    name = "send",
    description = "Sends a text from one user to another.",
    mixinStandardHelpOptions = true)
final class SendCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BrokerOptions broker = new BrokerOptions();

  @Parameters(paramLabel = "FROM", description = "Who sends.", converter = User.class)
  private @Nullable UserId from;

  @Parameters(paramLabel = "TO", description = "Who receives.", converter = User.class)
  private @Nullable UserId to;

  @Parameters(paramLabel = "TEXT", description = "What.")
  private String text = "";

  @Override
  public Integer call() {
    if (spec == null || from == null || to == null) {
      throw new IllegalStateException("the command runs outside its command line");
    }
    try (ChatClient client =
        ChatClient.connect(broker.account(from), Conversation.someDevice(), m -> {})) {
      client.send(client.sessionWith(to), text);
    }
    spec.commandLine().getOut().println("kept by the server; " + to + " gets it now or when back");
    return 0;
  }
}
