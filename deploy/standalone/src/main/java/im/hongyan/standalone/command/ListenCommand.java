package im.hongyan.standalone.command;

import im.hongyan.model.UserId;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code hongyan listen bob}: shows what a user receives until Ctrl-C. */
@Command(
    name = "listen",
    description = "Shows the messages of a user as they come.",
    mixinStandardHelpOptions = true)
final class ListenCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;
  @Mixin private BrokerOptions broker = new BrokerOptions();

  @Parameters(paramLabel = "USER", description = "Who.", converter = User.class)
  private @Nullable UserId user;

  @Option(
      names = "--device",
      paramLabel = "ID",
      description = "The device's name (default: a new one).")
  private String device = Conversation.someDevice();

  @Override
  public Integer call() throws InterruptedException {
    if (spec == null || user == null) {
      throw new IllegalStateException("the command runs outside its command line");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("listening as " + user + "; Ctrl-C ends");
    try (Conversation conversation = Conversation.open(broker.account(user), device, out)) {
      conversation.stay();
    }
    return 0;
  }
}
