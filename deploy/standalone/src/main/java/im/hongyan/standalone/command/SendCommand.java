package im.hongyan.standalone.command;

import im.hongyan.chat.ChatClient;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
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

  @Parameters(paramLabel = "FROM", description = "Who sends.")
  private String from = "";

  @Parameters(paramLabel = "TO", description = "Who receives.")
  private String to = "";

  @Parameters(paramLabel = "TEXT", description = "What.")
  private String text = "";

  @Override
  public Integer call() {
    String device = "cli-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    try (ChatClient client = ChatClient.connect(broker.account(from), device, m -> {})) {
      client.send(client.sessionWith(BrokerOptions.user(to)), text);
    }
    if (spec != null) {
      spec.commandLine()
          .getOut()
          .println("kept by the server; " + to + " gets it now or when back");
    }
    return 0;
  }
}
