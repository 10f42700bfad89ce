package im.hongyan.bench.load;

import im.hongyan.bench.server.Target;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a run does.
 *
 * @param users how many log in
 * @param rate messages a second of all together; 0 is as fast as they are answered
 * @param inFlight with rate 0: how many messages a user sends ahead of their answers
 * @param group how many are in a session; 2 is one to one
 * @param senders how many of them send, the first ones
 * @param bytes how long a text is
 * @param warmUp how long before latencies count
 * @param duration how long they count
 * @param drain how long to wait at the end for what is under way
 * @param ackQos MQTT quality of service of {@code msg_recv}; a lost one only means a copy
 * @param broker where MQTT is
 * @param http where the gateway is
 * @param tokenPrefix what makes a user id a token
 */
public record LoadPlan(
    int users,
    int rate,
    int inFlight,
    int group,
    int senders,
    int bytes,
    Duration warmUp,
    Duration duration,
    Duration drain,
    int ackQos,
    InetSocketAddress broker,
    URI http,
    String tokenPrefix) {
  /** Checks the numbers. */
  public LoadPlan {
    check("--users", users, 2, 100_000);
    check("--rate", rate, 0, 1_000_000);
    check("--in-flight", inFlight, 1, 1_000);
    check("--group", group, 2, users);
    check("--senders", senders, 1, group);
    check("--bytes", bytes, 1, 60_000);
  }

  /**
   * A plan of one-to-one messages between users of the demo user system, as fast as they are
   * answered; everything else is said by the builder.
   */
  public static Builder on(Target target) {
    return new Builder(target);
  }

  /** What a run does, as far as it differs from the usual. */
  public static final class Builder {
    private final Target target;
    private int users = 2;
    private int rate;
    private int inFlight = 1;
    private int group = 2;
    private @Nullable Integer senders;
    private int bytes = 200;
    private Duration warmUp = Duration.ZERO;
    private Duration duration = Duration.ofMinutes(10);
    private Duration drain = Duration.ofMinutes(10);
    private int ackQos = 1;
    private String tokenPrefix = "demo-";

    private Builder(Target target) {
      this.target = target;
    }

    /** How many log in (2). */
    public Builder users(int count) {
      users = count;
      return this;
    }

    /** Messages a second of all together (0, as fast as they are answered). */
    public Builder rate(int perSecond) {
      rate = perSecond;
      return this;
    }

    /** How many messages a user sends ahead of their answers where no rate is set (1). */
    public Builder inFlight(int messages) {
      inFlight = messages;
      return this;
    }

    /** How many are in a session (2). */
    public Builder group(int members) {
      group = members;
      return this;
    }

    /** How many of a session send (all). */
    public Builder senders(@Nullable Integer count) {
      senders = count;
      return this;
    }

    /** How long a text is (200). */
    public Builder bytes(int length) {
      bytes = length;
      return this;
    }

    /** How long before latencies count (not at all). */
    public Builder warmUp(Duration time) {
      warmUp = time;
      return this;
    }

    /** How long they count (10 minutes). */
    public Builder duration(Duration time) {
      duration = time;
      return this;
    }

    /** How long to wait at the end for what is under way (10 minutes). */
    public Builder drain(Duration atMost) {
      drain = atMost;
      return this;
    }

    /** MQTT quality of service of the acknowledgements (1). */
    public Builder ackQos(int qos) {
      ackQos = qos;
      return this;
    }

    /** What makes a user id a token ({@code demo-}). */
    public Builder tokenPrefix(String prefix) {
      tokenPrefix = prefix;
      return this;
    }

    /**
     * The plan.
     *
     * @throws IllegalArgumentException naming the option whose number is out of its range
     */
    public LoadPlan build() {
      return new LoadPlan(
          users,
          rate,
          inFlight,
          group,
          senders == null ? group : senders,
          bytes,
          warmUp,
          duration,
          drain,
          ackQos,
          target.broker(),
          target.http(),
          tokenPrefix);
    }
  }

  private static void check(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
