package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.hongyan.model.SessionId;
import im.hongyan.model.Topics;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.ExternalTool;
import im.hongyan.systemtests.suite.Suite;
import im.hongyan.systemtests.suite.UnderTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** mosquitto's clients, as their makers ship them. */
@ExtendWith({UnderTest.class, Gathering.class})
class ForeignMosquittoIT {
  private Suite suite;
  private People people;

  @BeforeEach
  void invite(Suite suite, People invited) {
    ExternalTool.needs("mosquitto_pub", "mosquitto-clients");
    this.suite = suite;
    people = invited;
  }

  /** The newest version that the broker speaks. */
  private String newest() {
    return suite.backends().speakMqtt5() ? "mqttv5" : "mqttv311";
  }

  private void assumeSpoken(String version) {
    assumeTrue(
        suite.backends().speakMqtt5() || !version.equals("mqttv5"), "the broker has no MQTT 5");
  }

  private void assumeAsking() {
    assumeTrue(
        suite.backends().askWhoSomebodyIs(), "this broker cannot ask the suite who somebody is");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv311", "mqttv5"})
  void mosquittoLogsInSendsAndReceives(String version) throws Exception {
    assumeSpoken(version);
    Person alice = people.named("alice");
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = bob.opensChatWith(alice);
    Process listening =
        start(
            "mosquitto_sub",
            login(version, alice, "listener", alice.token()),
            List.of("-t", Topics.toClient(alice.id()), "-q", "1", "-C", "4", "-W", "20", "-d"));
    try (BufferedReader out = listening.inputReader()) {
      assertThat(next(out, "Subscribed")).contains("Subscribed");
      assertThat(
              publish(version, alice, "{\"type\":\"connected\",\"device\":{\"id\":\"listener\"}}"))
          .isZero();
      assertThat(next(out, "{")).contains("connected_reply").contains("\"errcode\":0");
      assertThat(next(out, "{")).contains("session_create");
      assertThat(
              publish(
                  version,
                  alice,
                  "{\"type\":\"msg_send\",\"session\":\"%s\",\"clientMsgId\":\"1\",\"content\":{\"type\":\"text\",\"text\":\"from mosquitto\"}}"
                      .formatted(chat)))
          .isZero();
      bob.receives("from mosquitto");
      assertThat(next(out, "{")).contains("msg_send_reply").contains("\"errcode\":0");
      bob.sends("to mosquitto").to(chat);
      assertThat(next(out, "{")).contains("msg_push").contains("to mosquitto");
    } finally {
      listening.destroy();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mqttv311", "mqttv5"})
  void badTokenIsRefused(String version) throws Exception {
    assumeSpoken(version);
    assumeAsking();
    Person alice = people.named("alice");

    int code =
        run(
            "mosquitto_pub",
            login(version, alice, "phone", "wrong"),
            List.of("-t", Topics.toServer(alice.id()), "-m", "{}", "-q", "1"));

    assertThat(code).isNotZero();
  }

  @Test
  void clientIdOfAnotherUserIsRefused() throws Exception {
    assumeAsking();
    Person alice = people.named("alice");
    Person bob = people.named("bob");
    List<String> login = new ArrayList<>(login(newest(), alice, "phone", alice.token()));
    login.set(login.indexOf("-i") + 1, bob.id() + ":phone");

    int code =
        run(
            "mosquitto_pub",
            login,
            List.of("-t", Topics.toServer(alice.id()), "-m", "{}", "-q", "1"));

    assertThat(code).isNotZero();
  }

  @Test
  void foreignTopicsCannotBeReadAndNothingCanBeForged() throws Exception {
    Person mallory = people.named("mallory");
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    String bobs = Topics.toClient(bob.id());
    List<String> hidden =
        List.of(bobs, "#", "/root/client/#", "/root/client/+", "$share/g/" + bobs, "+/#", "$SYS/#");
    List<Process> spies = new ArrayList<>();
    for (String topic : hidden) {
      spies.add(
          start(
              "mosquitto_sub",
              login(newest(), mallory, "spy" + spies.size(), mallory.token()),
              List.of("-t", topic, "-q", "1", "-W", "4")));
    }
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    String forged =
        "{\"type\":\"msg_push\",\"messagesendId\":\"x\",\"messagerecvId\":\"y\",\"session\":\"%s\","
            + "\"seq\":9,\"sender\":\"%s\",\"content\":{\"type\":\"text\",\"text\":\"forged\"},"
            + "\"expire\":0,\"createdAt\":1}";
    for (String topic : List.of(bobs, Topics.toClient(mallory.id()), Topics.toServer(bob.id()))) {
      run(
          "mosquitto_pub",
          login(newest(), mallory, "forger", mallory.token()),
          List.of("-t", topic, "-m", forged.formatted(chat, alice.id()), "-q", "1"));
    }

    alice.sends("real").to(chat);

    bob.receivesNothingBefore("real");
    for (Process spy : spies) {
      assertThat(spy.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(spy.inputReader().lines().toList()).isEmpty();
    }
  }

  /** The next line that begins so; mosquitto_sub tells with -d what it does, too. */
  private static @Nullable String next(BufferedReader out, String begin) throws IOException {
    String line = out.readLine();
    while (line != null && !line.startsWith(begin)) {
      line = out.readLine();
    }
    return line;
  }

  private int publish(String version, Person person, String json)
      throws IOException, InterruptedException {
    return run(
        "mosquitto_pub",
        login(version, person, "pub", person.token()),
        List.of("-t", Topics.toServer(person.id()), "-m", json, "-q", "1"));
  }

  private List<String> login(String version, Person person, String device, String token) {
    return List.of(
        "-h",
        suite.mqtt().getHostString(),
        "-p",
        Integer.toString(suite.mqtt().getPort()),
        "-V",
        version,
        "-i",
        person.id() + ":" + device,
        "-u",
        person.id().value(),
        "-P",
        token);
  }

  private static int run(String program, List<String> login, List<String> options)
      throws IOException, InterruptedException {
    Process process = start(program, login, options);
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(program + " did not end");
    }
    return process.exitValue();
  }

  private static Process start(String program, List<String> login, List<String> options)
      throws IOException {
    List<String> command = new ArrayList<>();
    // Line by line, so that a test sees what the program says when it says it.
    command.addAll(List.of("stdbuf", "-oL", program));
    command.addAll(login);
    command.addAll(options);
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }
}
