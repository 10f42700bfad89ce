package im.hongyan.embedded.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import com.sleepycat.je.Environment;
import com.sleepycat.je.EnvironmentConfig;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.store.berkeleydb.BDBEnvironmentContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class EmbeddedAmqpIT {
  private static final String QUEUE = "letters";

  @TempDir Path folder;

  @Test
  void confirmedMessagesAreThereAfterARestart() throws Exception {
    try (EmbeddedAmqp broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder));
        Connection connection = connect(broker)) {
      publishConfirmed(connection.createChannel(), 100);
    }
    try (EmbeddedAmqp broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder));
        Connection connection = connect(broker)) {
      assertThat(connection.createChannel().messageCount(QUEUE)).isEqualTo(100);
    }
  }

  @Test
  void confirmedMessagesSurviveTheDeathOfTheProcess() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PublishAndWait.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (var out = child.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.lines().filter("confirmed"::equals).findFirst()).isPresent();
    } finally {
      child.destroyForcibly().waitFor();
    }
    try (EmbeddedAmqp broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder));
        Connection connection = connect(broker)) {
      assertThat(connection.createChannel().messageCount(QUEUE)).isEqualTo(1_000);
    }
  }

  @Test
  void theSecondConsumerTakesOverWhenTheActiveOneLeaves() throws Exception {
    try (EmbeddedAmqp broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
        Connection second = connect(broker)) {
      Connection first = connect(broker);
      List<String> atFirst = new CopyOnWriteArrayList<>();
      List<String> atSecond = new CopyOnWriteArrayList<>();
      Channel publisher = second.createChannel();
      declare(publisher);
      consume(first, atFirst);
      consume(second, atSecond);

      publishConfirmed(publisher, 3);
      await().until(() -> atFirst.size() == 3);
      first.close();
      await().until(() -> atSecond.size() == 3);

      assertThat(atSecond).containsExactly("0", "1", "2");
    }
  }

  @Test
  void aBusyPortIsNamedInOneSentence() throws Exception {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      EmbeddedAmqpOptions options = EmbeddedAmqpOptions.inMemory().withPort(busy.getLocalPort());
      assertThatThrownBy(() -> EmbeddedAmqp.start(options))
          .hasMessageContaining("The AMQP port 127.0.0.1:" + busy.getLocalPort());
    }
  }

  @Test
  void aFolderInUseIsNamedInOneSentence() {
    try (EmbeddedAmqp holder = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder))) {
      assertThat(holder.port()).isPositive();
      assertThatThrownBy(() -> EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder)))
          .hasMessage("The data folder " + folder + " is in use by another AMQP broker.");
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsNamedInOneSentence() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(file)))
        .hasMessageContaining("The data folder " + file + " cannot be written");
  }

  @Test
  void theStoreWritesUntilTheDiskIsAllButFull() throws Exception {
    try (EmbeddedAmqp broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder))) {
      EnvironmentConfig store = storeOf(broker).getConfig();
      assertThat(store.getConfigParam(EnvironmentConfig.FREE_DISK))
          .isEqualTo(Long.toString(64L << 20));
      assertThat(store.getConfigParam(EnvironmentConfig.ENV_RUN_VERIFIER)).isEqualTo("false");
    }
  }

  /** The environment that is really open: what the broker makes of its configuration. */
  private static Environment storeOf(EmbeddedAmqp broker) throws Exception {
    SystemConfig<?> system = (SystemConfig<?>) field(field(broker, "launcher"), "_systemConfig");
    BDBEnvironmentContainer<?> node =
        (BDBEnvironmentContainer<?>)
            ((Broker<?>) system.getContainer()).getVirtualHostNodes().iterator().next();
    return (Environment)
        ((AtomicReference<?>) field(node.getEnvironmentFacade(), "_environment")).get();
  }

  private static Object field(Object of, String name) throws ReflectiveOperationException {
    Field field = of.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field.get(of);
  }

  @Test
  void aWrongPasswordIsRefused() throws Exception {
    EmbeddedAmqpOptions options = EmbeddedAmqpOptions.inMemory().withCredentials("hong", "yan-1");
    try (EmbeddedAmqp broker = EmbeddedAmqp.start(options);
        Connection connection = connect(broker)) {
      assertThat(connection.isOpen()).isTrue();
      ConnectionFactory wrong = new ConnectionFactory();
      wrong.setUri(broker.uri());
      wrong.setPassword("other");
      assertThatThrownBy(wrong::newConnection).isInstanceOf(Exception.class);
    }
  }

  private static Connection connect(EmbeddedAmqp broker) throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.uri());
    factory.setAutomaticRecoveryEnabled(false);
    return factory.newConnection();
  }

  private static void declare(Channel channel) throws Exception {
    channel.queueDeclare(
        QUEUE,
        true,
        false,
        false,
        Map.of("x-single-active-consumer", true, "x-queue-type", "quorum"));
  }

  private static void consume(Connection connection, List<String> into) throws Exception {
    connection
        .createChannel()
        .basicConsume(
            QUEUE,
            false,
            (tag, delivery) -> into.add(new String(delivery.getBody(), StandardCharsets.UTF_8)),
            tag -> {});
  }

  private static void publishConfirmed(Channel channel, int count) throws Exception {
    declare(channel);
    channel.confirmSelect();
    for (int i = 0; i < count; i++) {
      channel.basicPublish(
          "",
          QUEUE,
          MessageProperties.PERSISTENT_BASIC,
          Integer.toString(i).getBytes(StandardCharsets.UTF_8));
    }
    channel.waitForConfirmsOrDie(Duration.ofSeconds(20).toMillis());
  }

  /** Runs in a process of its own, which the test kills once everything is confirmed. */
  static final class PublishAndWait {
    private PublishAndWait() {}

    public static void main(String[] args) throws Exception {
      EmbeddedAmqp broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(Path.of(args[0])));
      publishConfirmed(connect(broker).createChannel(), 1_000);
      System.out.println("confirmed");
      System.in.read();
    }
  }
}
