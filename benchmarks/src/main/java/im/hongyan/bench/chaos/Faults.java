package im.hongyan.bench.chaos;

import im.hongyan.bench.chaos.Fault.Need;
import im.hongyan.processes.backend.TrialUserSystem.Mood;
import im.hongyan.processes.fault.TcpLink;
import im.hongyan.processes.suite.Brokers;
import im.hongyan.processes.suite.Part;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.ServiceReplica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** All that is tried. */
final class Faults {
  private static final List<Part> ON_STREAMS =
      List.of(Part.AUTH_BRIDGE, Part.SESSION, Part.INGEST, Part.MODERATION, Part.PUSH);
  private static final List<Part> ON_STORE = List.of(Part.AUTH_BRIDGE, Part.SESSION, Part.PUSH);
  private static final Set<Part> KILLED_IN_SHORT_SET =
      EnumSet.of(Part.AUTH_BRIDGE, Part.INGEST, Part.MODERATION, Part.PUSH);

  /** What the others are compared with: always tried, and first. */
  static final Fault NOTHING = Fault.of("nothing", s -> {}).lasting(5, s -> {}).inShortSet();

  private static final int CROWD = 2_000;
  private static final int SLOW_USERS = 4;
  private static final Duration JUMP = Duration.ofHours(1);

  private final List<Fault> all = new ArrayList<>();

  private Faults() {}

  /** The faults for a suite on these brokers. */
  static List<Fault> on(Brokers brokers) {
    Faults faults = new Faults();
    faults.all.add(NOTHING);
    faults.services();
    faults.brokers(brokers);
    faults.store();
    faults.networks();
    faults.userSystem();
    faults.clocks();
    faults.clients();
    return List.copyOf(faults.all);
  }

  private void services() {
    for (Part part : Part.values()) {
      Fault killed =
          Fault.of("kill-" + nameOf(part), s -> first(s, part).process().kill())
              .lasting(1, s -> startAgain(first(s, part)))
              .healedByAStart();
      all.add(KILLED_IN_SHORT_SET.contains(part) ? killed.inShortSet() : killed);
      Fault paused =
          Fault.of("pause-" + nameOf(part), s -> first(s, part).process().pause())
              .lasting(15, s -> first(s, part).process().resume());
      all.add(part == Part.PUSH ? paused.inShortSet() : paused);
    }
    all.add(Fault.of("rolling-restart", s -> restartInTurn(s.suite())));
  }

  private static void restartInTurn(RunningSuite suite) {
    for (ServiceReplica replica : suite.all()) {
      replica.process().stop();
      startAgain(replica);
    }
  }

  private void brokers(Brokers brokers) {
    all.add(
        Fault.of("kill-rabbitmq", s -> s.suite().rabbit().process().kill())
            .lasting(8, s -> s.suite().rabbit().startAgain())
            .stopping(ON_STREAMS)
            .inShortSet());
    all.add(
        Fault.of("restart-rabbitmq", s -> s.suite().rabbit().process().stop())
            .lasting(1, s -> s.suite().rabbit().startAgain()));
    all.add(
        Fault.of("pause-rabbitmq", s -> s.suite().rabbit().process().pause())
            .lasting(15, s -> s.suite().rabbit().process().resume()));
    all.add(
        Fault.of("full-disk-rabbitmq", s -> s.suite().rabbit().fillDisk())
            .lasting(10, s -> s.suite().rabbit().freeDisk())
            .inShortSet());
    if (brokers != Brokers.RABBITMQ) {
      all.add(
          Fault.of("kill-mosquitto", s -> s.suite().mosquitto().orElseThrow().process().kill())
              .lasting(5, s -> s.suite().mosquitto().orElseThrow().startAgain())
              .stopping(List.of(Part.INGEST, Part.PUSH))
              .inShortSet());
      all.add(
          Fault.of("pause-mosquitto", s -> s.suite().mosquitto().orElseThrow().process().pause())
              .lasting(10, s -> s.suite().mosquitto().orElseThrow().process().resume()));
    }
  }

  private void store() {
    all.add(
        Fault.of("kill-store", s -> s.suite().store().kill())
            .lasting(8, s -> s.suite().startStoreAgain())
            .stopping(ON_STORE)
            .inShortSet());
    all.add(
        Fault.of("pause-store", s -> s.suite().store().pause())
            .lasting(15, s -> s.suite().store().resume()));
    all.add(
        Fault.of("full-disk-store", s -> s.suite().store().limitFileSize(0))
            .lasting(
                8,
                s -> {
                  s.suite().store().kill();
                  s.suite().startStoreAgain();
                })
            .stopping(ON_STORE));
  }

  private void networks() {
    all.add(
        Fault.of("cut-amqp", s -> links(s, ServiceReplica.Links::amqp).forEach(TcpLink::cut))
            .inShortSet());
    all.add(Fault.of("cut-mqtt", s -> links(s, ServiceReplica.Links::mqtt).forEach(TcpLink::cut)));
    all.add(
        Fault.of("cut-store", s -> links(s, ServiceReplica.Links::store).forEach(TcpLink::cut)));
    for (Part part : List.of(Part.INGEST, Part.MODERATION, Part.PUSH)) {
      Fault stalled =
          Fault.of("stall-amqp-" + nameOf(part), s -> amqpLinks(s, part).getFirst().stall())
              .lasting(20, s -> amqpLinks(s, part).getFirst().restore());
      all.add(part == Part.PUSH ? stalled.inShortSet() : stalled);
      all.add(
          Fault.of("part-amqp-" + nameOf(part), s -> amqpLinks(s, part).forEach(TcpLink::refuse))
              .lasting(10, s -> amqpLinks(s, part).forEach(TcpLink::restore))
              .stopping(List.of(part)));
    }
    all.add(
        Fault.of("stall-store", s -> links(s, ServiceReplica.Links::store).forEach(TcpLink::stall))
            .lasting(10, s -> links(s, ServiceReplica.Links::store).forEach(TcpLink::restore)));
  }

  private void userSystem() {
    all.add(
        Fault.of("users-down", s -> s.suite().usersLink().refuse())
            .lasting(8, s -> s.suite().usersLink().restore())
            .inShortSet());
    all.add(
        Fault.of("users-slow", s -> s.suite().users().be(Mood.SLOW))
            .lasting(15, s -> s.suite().users().be(Mood.WELL)));
    all.add(
        Fault.of("users-garbage", s -> s.suite().users().be(Mood.GARBAGE))
            .lasting(8, s -> s.suite().users().be(Mood.WELL)));
  }

  private void clocks() {
    all.add(
        Fault.of("clock-forward", s -> turnClocks(s, JUMP))
            .lasting(10, s -> turnClocks(s, Duration.ZERO))
            .needing(Need.MOVABLE_CLOCK)
            .inShortSet());
    all.add(
        Fault.of("clock-back", s -> turnClocks(s, JUMP.negated()))
            .lasting(10, s -> turnClocks(s, Duration.ZERO))
            .needing(Need.MOVABLE_CLOCK));
    all.add(
        Fault.of("clock-of-one-push", s -> first(s, Part.PUSH).clock().orElseThrow().turn(JUMP))
            .lasting(10, s -> turnClocks(s, Duration.ZERO))
            .needing(Need.MOVABLE_CLOCK));
  }

  private static void turnClocks(Scene scene, Duration by) {
    scene.suite().all().forEach(replica -> replica.clock().orElseThrow().turn(by));
  }

  private void clients() {
    all.add(
        Fault.of("slow-consumer", s -> s.load().stopReading(SLOW_USERS))
            .lasting(15, s -> s.load().readAgain())
            .sparingOthers()
            .inShortSet());
    all.add(
        Fault.of("reconnect-storm", s -> s.crowd().orElseThrow().dropAll())
            .lasting(0, s -> s.crowd().orElseThrow().awaitConnected())
            .withCrowd(CROWD)
            .inShortSet());
  }

  private static String nameOf(Part part) {
    return part.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static ServiceReplica first(Scene scene, Part part) {
    return scene.suite().of(part).getFirst();
  }

  private static void startAgain(ServiceReplica replica) {
    replica.launch();
    replica.awaitReady();
  }

  private static List<TcpLink> links(
      Scene scene, Function<ServiceReplica.Links, Optional<TcpLink>> which) {
    return scene.suite().all().stream()
        .flatMap(replica -> which.apply(replica.links()).stream())
        .toList();
  }

  private static List<TcpLink> amqpLinks(Scene scene, Part part) {
    return scene.suite().of(part).stream()
        .flatMap(replica -> replica.links().amqp().stream())
        .toList();
  }
}
