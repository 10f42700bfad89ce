package im.hongyan.processes.suite;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/**
 * How the suite is started.
 *
 * @param home the project, with the services' jars in their modules' {@code target}
 * @param folder where everything is kept: data, logs, keys
 * @param brokers the brokers
 * @param replicas how many processes of a service there are; one where nothing is said
 * @param breakable whether each connection between a service and what it needs goes by a link of
 *     its own that can be broken, which costs a little
 * @param movableClocks whether each process goes by a wall clock of its own that can be turned
 * @param gatewayPort the gateway's port, 0 for a free one
 * @param mqttPort the clients' MQTT port, 0 for a free one; of a broker of this machine
 */
public record SuiteOptions(
    Path home,
    Path folder,
    Brokers brokers,
    Map<Part, Integer> replicas,
    boolean breakable,
    boolean movableClocks,
    int gatewayPort,
    int mqttPort) {
  /** Copies the map. */
  public SuiteOptions {
    replicas = Map.copyOf(replicas);
  }

  /** One process of each service, on free ports. */
  public static SuiteOptions in(Path home, Path folder, Brokers brokers) {
    return new SuiteOptions(home, folder, brokers, Map.of(), false, false, 0, 0);
  }

  /** The same with another number of processes of some services. */
  public SuiteOptions with(int count, Part... parts) {
    Map<Part, Integer> changed = new EnumMap<>(Part.class);
    changed.putAll(replicas);
    for (Part part : parts) {
      changed.put(part, count);
    }
    return new SuiteOptions(
        home, folder, brokers, changed, breakable, movableClocks, gatewayPort, mqttPort);
  }

  /** The same with so many of moderation, push and, where the brokers allow it, ingest. */
  public SuiteOptions replicated(int count) {
    SuiteOptions behind = with(count, Part.MODERATION, Part.PUSH);
    return brokers.keepOrderForSeveral() ? behind.with(count, Part.INGEST) : behind;
  }

  /** The same with links that can be broken. */
  public SuiteOptions withBreakableLinks() {
    return new SuiteOptions(
        home, folder, brokers, replicas, true, movableClocks, gatewayPort, mqttPort);
  }

  /** The same with clocks that can be turned, which needs libfaketime. */
  public SuiteOptions withMovableClocks() {
    return new SuiteOptions(
        home, folder, brokers, replicas, breakable, true, gatewayPort, mqttPort);
  }

  /** The same with ports of one's choice. */
  public SuiteOptions onPorts(int newGatewayPort, int newMqttPort) {
    return new SuiteOptions(
        home, folder, brokers, replicas, breakable, movableClocks, newGatewayPort, newMqttPort);
  }

  int count(Part part) {
    return replicas.getOrDefault(part, 1);
  }
}
