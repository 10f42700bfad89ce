package im.hongyan.bench.load;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

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

  /** The same where everybody in a session sends. */
  public LoadPlan(
      int users,
      int rate,
      int inFlight,
      int group,
      int bytes,
      Duration warmUp,
      Duration duration,
      Duration drain,
      int ackQos,
      InetSocketAddress broker,
      URI http,
      String tokenPrefix) {
    this(
        users,
        rate,
        inFlight,
        group,
        group,
        bytes,
        warmUp,
        duration,
        drain,
        ackQos,
        broker,
        http,
        tokenPrefix);
  }

  private static void check(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
