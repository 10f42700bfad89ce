package im.hongyan.amqp;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Streams over AMQP.
 *
 * <p>The sizes hold a backlog of the largest messages in a small heap: of each consumed partition
 * there are at most {@code prefetch} messages of about {@code messageSize} in memory, of which
 * {@code maxBatchSize} are unpacked at a time; three streams of eight partitions then hold about 50
 * MB, and twice as much while all of them work on their largest batches.
 *
 * @param partitions queues of a stream; the same in all services, never changed while events wait
 * @param quorum whether queues are declared as quorum queues (RabbitMQ; others ignore it)
 * @param inFlight events of one publisher that may wait for their confirm; more fail at once
 * @param inFlightSize bytes of such events, likewise
 * @param messagesInFlight AMQP messages of one partition that may be unconfirmed; meanwhile further
 *     events gather and go as one message. With more than one, an event can pass an earlier one
 *     that the broker refuses
 * @param eventsPerMessage events in one AMQP message
 * @param messageSize bytes of events in one AMQP message (a single larger event goes alone)
 * @param confirmTimeout how long an event may wait to be sent, and again to be confirmed; what was
 *     lost is sent again within the first of the two
 * @param prefetch AMQP messages of one partition on their way to its consumer
 * @param acknowledgeWithin how long what was handled may wait to be acknowledged together with what
 *     follows; zero acknowledges each batch by itself
 * @param maxBatch events given to a handler at once (a message is never divided, so about)
 * @param maxBatchSize bytes of events given to a handler at once, likewise
 * @param tickInterval time between two ticks of a handler
 * @param retryMin first pause before a failed batch is tried again; doubles each time
 * @param retryMax longest such pause
 * @param poisonRetries tries of events with a failure that does not pass, before they are dead
 * @param balanceInterval how often an instance tells the others which partitions it works on, and
 *     gives up one where it works on more than its share
 */
@ConfigurationProperties("hongyan.amqp")
public record AmqpProperties(
    @DefaultValue("8") int partitions,
    @DefaultValue("true") boolean quorum,
    @DefaultValue("10000") int inFlight,
    @DefaultValue("32MB") DataSize inFlightSize,
    @DefaultValue("1") int messagesInFlight,
    @DefaultValue("256") int eventsPerMessage,
    @DefaultValue("64KB") DataSize messageSize,
    @DefaultValue("10s") Duration confirmTimeout,
    @DefaultValue("32") int prefetch,
    @DefaultValue("50ms") Duration acknowledgeWithin,
    @DefaultValue("500") int maxBatch,
    @DefaultValue("1MB") DataSize maxBatchSize,
    @DefaultValue("500ms") Duration tickInterval,
    @DefaultValue("100ms") Duration retryMin,
    @DefaultValue("5s") Duration retryMax,
    @DefaultValue("5") int poisonRetries,
    @DefaultValue("2s") Duration balanceInterval) {
  private static final Duration SHORTEST_TICK = Duration.ofMillis(50);

  public AmqpProperties {
    within("partitions", partitions, 1, 1024);
    within("in-flight", inFlight, 1, 1_000_000);
    within("in-flight-size", inFlightSize.toBytes(), 1024, 1L << 32);
    within("messages-in-flight", messagesInFlight, 1, 1000);
    within("events-per-message", eventsPerMessage, 1, 10_000);
    within("message-size", messageSize.toBytes(), 1024, 16 << 20);
    within("confirm-timeout", confirmTimeout, Duration.ofMillis(100), Duration.ofMinutes(10));
    within("prefetch", prefetch, 1, 65_535);
    within("acknowledge-within", acknowledgeWithin, Duration.ZERO, Duration.ofSeconds(10));
    within("max-batch", maxBatch, 1, 100_000);
    within("max-batch-size", maxBatchSize.toBytes(), 1024, 64 << 20);
    within("tick-interval", tickInterval, SHORTEST_TICK, Duration.ofHours(1));
    within("retry-min", retryMin, Duration.ofMillis(1), retryMax);
    within("retry-max", retryMax, retryMin, Duration.ofMinutes(5));
    within("poison-retries", poisonRetries, 1, 1000);
    within("balance-interval", balanceInterval, Duration.ofMillis(100), Duration.ofMinutes(10));
  }

  private static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "hongyan.amqp." + name + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }

  private static void within(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "hongyan.amqp." + name + ": " + value + " (expected: " + least + " to " + most + ")");
    }
  }

  AmqpProperties withTickInterval(Duration interval) {
    return new AmqpProperties(
        partitions,
        quorum,
        inFlight,
        inFlightSize,
        messagesInFlight,
        eventsPerMessage,
        messageSize,
        confirmTimeout,
        prefetch,
        acknowledgeWithin,
        maxBatch,
        maxBatchSize,
        interval,
        retryMin,
        retryMax,
        poisonRetries,
        balanceInterval);
  }
}
