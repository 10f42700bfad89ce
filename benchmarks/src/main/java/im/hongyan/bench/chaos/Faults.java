package im.hongyan.bench.chaos;

import im.hongyan.processes.backend.TrialUserSystem.Mood;
import im.hongyan.processes.fault.TcpLink;
import im.hongyan.processes.suite.Brokers;
import im.hongyan.processes.suite.Part;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.ServiceReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** All that is tried. */
final class Faults {
  /** Within it a killed service has started and taken its partitions. */
  private static final Duration A_START = Duration.ofSeconds(90);

  /** Within it connections are made again and what waited is delivered. */
  private static final Duration A_RECONNECT = Duration.ofSeconds(45);

  private static final List<Part> ON_STREAMS =
      List.of(Part.AUTH_BRIDGE, Part.SESSION, Part.INGEST, Part.MODERATION, Part.PUSH);

  private final List<Fault> all = new ArrayList<>();

  private Faults() {}

  /** The faults for a suite on these brokers. */
  static List<Fault> on(Brokers brokers) {
    Faults faults = new Faults();
    faults.services();
    faults.brokers(brokers);
    faults.networks();
    faults.others();
    return List.copyOf(faults.all);
  }

  private void services() {
    for (Part part : Part.values()) {
      boolean brief = part != Part.GATEWAY && part != Part.SESSION;
      String name = part.name().toLowerCase(Locale.ROOT).replace('_', '-');
      add(
          "kill-" + name,
          brief,
          1,
          A_START,
          List.of(),
          s -> first(s, part).process().kill(),
          s -> startAgain(first(s, part)));
      add(
          "pause-" + name,
          part == Part.PUSH,
          15,
          A_RECONNECT,
          List.of(),
          s -> first(s, part).process().pause(),
          s -> first(s, part).process().resume());
    }
    add(
        "rolling-restart",
        true,
        0,
        A_RECONNECT,
        List.of(),
        suite -> {
          for (ServiceReplica replica : suite.all()) {
            replica.process().stop();
            startAgain(replica);
          }
        },
        suite -> {});
  }

  private void brokers(Brokers brokers) {
    boolean one = brokers == Brokers.RABBITMQ;
    add(
        "kill-rabbitmq",
        true,
        8,
        A_RECONNECT,
        ON_STREAMS,
        s -> s.rabbit().process().kill(),
        s -> s.rabbit().startAgain());
    add(
        "restart-rabbitmq",
        false,
        1,
        A_RECONNECT,
        List.of(),
        s -> s.rabbit().process().stop(),
        s -> s.rabbit().startAgain());
    add(
        "pause-rabbitmq",
        false,
        15,
        A_RECONNECT,
        List.of(),
        s -> s.rabbit().process().pause(),
        s -> s.rabbit().process().resume());
    if (!one) {
      add(
          "kill-mosquitto",
          true,
          5,
          A_RECONNECT,
          List.of(Part.INGEST, Part.PUSH),
          s -> s.mosquitto().orElseThrow().process().kill(),
          s -> s.mosquitto().orElseThrow().startAgain());
      add(
          "pause-mosquitto",
          false,
          10,
          A_RECONNECT,
          List.of(),
          s -> s.mosquitto().orElseThrow().process().pause(),
          s -> s.mosquitto().orElseThrow().process().resume());
    }
    add(
        "kill-store",
        true,
        8,
        A_RECONNECT,
        List.of(Part.AUTH_BRIDGE, Part.SESSION, Part.PUSH),
        s -> s.store().kill(),
        RunningSuite::startStoreAgain);
    add(
        "pause-store",
        false,
        15,
        A_RECONNECT,
        List.of(),
        s -> s.store().pause(),
        s -> s.store().resume());
  }

  private void networks() {
    add(
        "cut-amqp",
        true,
        0,
        A_RECONNECT,
        List.of(),
        s -> links(s, ServiceReplica.Links::amqp).forEach(TcpLink::cut),
        s -> {});
    add(
        "cut-mqtt",
        false,
        0,
        A_RECONNECT,
        List.of(),
        s -> links(s, ServiceReplica.Links::mqtt).forEach(TcpLink::cut),
        s -> {});
    add(
        "cut-store",
        false,
        0,
        A_RECONNECT,
        List.of(),
        s -> links(s, ServiceReplica.Links::store).forEach(TcpLink::cut),
        s -> {});
    for (Part part : List.of(Part.INGEST, Part.MODERATION, Part.PUSH)) {
      String name = part.name().toLowerCase(Locale.ROOT);
      add(
          "stall-amqp-" + name,
          part == Part.PUSH,
          20,
          A_RECONNECT,
          List.of(),
          s -> link(s, part).stall(),
          s -> link(s, part).restore());
      add(
          "part-amqp-" + name,
          false,
          10,
          A_RECONNECT,
          List.of(part),
          s -> suiteLinks(s, part).forEach(TcpLink::refuse),
          s -> suiteLinks(s, part).forEach(TcpLink::restore));
    }
  }

  private void others() {
    add(
        "users-down",
        true,
        8,
        A_RECONNECT,
        List.of(),
        s -> s.usersLink().refuse(),
        s -> s.usersLink().restore());
    add(
        "users-slow",
        false,
        15,
        A_RECONNECT,
        List.of(),
        s -> s.users().be(Mood.SLOW),
        s -> s.users().be(Mood.WELL));
    add(
        "users-garbage",
        false,
        8,
        A_RECONNECT,
        List.of(),
        s -> s.users().be(Mood.GARBAGE),
        s -> s.users().be(Mood.WELL));
  }

  private void add(
      String name,
      boolean brief,
      int seconds,
      Duration recoversWithin,
      List<Part> notReady,
      Fault.Act strike,
      Fault.Act heal) {
    all.add(
        new Fault(
            name, brief, Duration.ofSeconds(seconds), recoversWithin, notReady, strike, heal));
  }

  private static ServiceReplica first(RunningSuite suite, Part part) {
    return suite.of(part).getFirst();
  }

  private static void startAgain(ServiceReplica replica) {
    replica.launch();
    replica.awaitReady();
  }

  private static List<TcpLink> links(
      RunningSuite suite, Function<ServiceReplica.Links, Optional<TcpLink>> which) {
    return suite.all().stream().flatMap(replica -> which.apply(replica.links()).stream()).toList();
  }

  private static TcpLink link(RunningSuite suite, Part part) {
    return first(suite, part).links().amqp().orElseThrow();
  }

  private static List<TcpLink> suiteLinks(RunningSuite suite, Part part) {
    return suite.of(part).stream().flatMap(replica -> replica.links().amqp().stream()).toList();
  }
}
