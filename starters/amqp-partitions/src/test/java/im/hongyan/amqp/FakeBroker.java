package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmCallback;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Return;
import com.rabbitmq.client.ReturnCallback;
import com.rabbitmq.client.ShutdownListener;
import com.rabbitmq.client.ShutdownSignalException;
import im.hongyan.amqp.Streams.Letter;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;

/** A broker that answers what a test says: keeps what it was sent, and confirms nothing itself. */
final class FakeBroker extends ConnectionFactory {
  /** What was sent, in order, over all channels; also what was refused later. */
  final List<Integer> sent = new CopyOnWriteArrayList<>();

  /** The arguments of the queues as declared last. */
  final Map<String, Map<String, Object>> queues = new ConcurrentHashMap<>();

  /** Queues that are there without a delivery limit of ours. */
  final List<String> limited = new CopyOnWriteArrayList<>();

  final AtomicReference<Error> nextFailure = new AtomicReference<>();
  private final Map<String, Object> serverProperties;
  private volatile boolean down;
  private final List<FakeChannel> channels = new CopyOnWriteArrayList<>();

  FakeBroker(String version) {
    this.serverProperties = Map.of("product", "RabbitMQ", "version", version);
  }

  @Override
  @SuppressWarnings("MissingSuperCall")
  public ConnectionFactory clone() {
    return this;
  }

  @Override
  public Connection newConnection(
      ExecutorService executor, List<Address> addresses, String clientName) throws IOException {
    if (down) {
      throw new IOException("down");
    }
    return proxy(
        Connection.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "isOpen" -> !down;
              case "createChannel" -> open((Connection) self);
              case "getServerProperties" -> serverProperties;
              default -> null;
            });
  }

  void confirm(int number) {
    last().answer(number, true);
  }

  void refuse(int number) {
    last().answer(number, false);
  }

  /** Answers that no queue takes it. */
  void takeBack(int number) {
    last().giveBack(number);
  }

  int channelsOpened() {
    return channels.size();
  }

  /** Breaks the connection and takes no other. */
  void goDown() {
    down = true;
    if (!channels.isEmpty()) {
      breakConnection();
    }
  }

  void breakConnection() {
    FakeChannel broken = last();
    broken.open = false;
    broken.shutdown.forEach(
        listener -> listener.shutdownCompleted(new ShutdownSignalException(true, false, null, "")));
  }

  private FakeChannel last() {
    return channels.getLast();
  }

  private Channel open(Connection connection) {
    FakeChannel opened = new FakeChannel(connection);
    channels.add(opened);
    return proxy(Channel.class, opened);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "equals" -> self == arguments[0];
                  case "hashCode" -> System.identityHashCode(self);
                  case "toString" -> "fake " + type.getSimpleName();
                  default -> handler.invoke(self, method, arguments);
                }));
  }

  private final class FakeChannel implements InvocationHandler {
    private final Connection connection;
    private final List<ShutdownListener> shutdown = new ArrayList<>();
    private final Map<Integer, Long> numbers = new ConcurrentHashMap<>();
    private volatile boolean open = true;
    private ConfirmCallback confirmed;
    private ConfirmCallback refused;
    private ReturnCallback returned;
    private long next = 1;

    FakeChannel(Connection connection) {
      this.connection = connection;
    }

    @Override
    public Object invoke(Object self, java.lang.reflect.Method method, Object[] arguments)
        throws IOException {
      return switch (method.getName()) {
        case "isOpen" -> open;
        case "getConnection" -> connection;
        case "addConfirmListener" -> {
          confirmed = (ConfirmCallback) arguments[0];
          refused = (ConfirmCallback) arguments[1];
          yield null;
        }
        case "addReturnListener" -> {
          returned = (ReturnCallback) arguments[0];
          yield null;
        }
        case "addShutdownListener" -> shutdown.add((ShutdownListener) arguments[0]);
        case "getNextPublishSeqNo" -> next;
        case "basicPublish" -> {
          publish((byte[]) arguments[4]);
          yield null;
        }
        case "queueDeclare" -> {
          declare((String) arguments[0], (Map<?, ?>) arguments[4]);
          yield null;
        }
        default -> null;
      };
    }

    private void publish(byte[] body) {
      Error failure = nextFailure.getAndSet(null);
      if (failure != null) {
        throw failure;
      }
      for (Letter letter : Streams.CODEC.decode(body)) {
        numbers.put(letter.number(), next);
        sent.add(letter.number());
      }
      next++;
    }

    private void declare(String queue, Map<?, ?> arguments) throws IOException {
      if (limited.contains(queue) && arguments.containsKey("x-delivery-limit")) {
        open = false;
        throw new IOException(
            new ShutdownSignalException(
                false,
                false,
                new AMQP.Channel.Close.Builder()
                    .replyCode(AMQP.PRECONDITION_FAILED)
                    .replyText("PRECONDITION_FAILED - inequivalent arg 'x-delivery-limit'")
                    .classId(50)
                    .methodId(10)
                    .build(),
                self()));
      }
      Map<String, Object> copy = new ConcurrentHashMap<>();
      arguments.forEach((key, value) -> copy.put((String) key, value));
      queues.put(queue, copy);
    }

    private Object self() {
      return this;
    }

    void giveBack(int number) {
      returned.handle(
          new Return(
              312,
              "NO_ROUTE",
              "letters",
              "0",
              new AMQP.BasicProperties(),
              new byte[] {(byte) number}));
    }

    void answer(int number, boolean confirm) {
      try {
        (confirm ? confirmed : refused).handle(numbers.get(number), false);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
