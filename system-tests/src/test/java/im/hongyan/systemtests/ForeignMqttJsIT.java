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
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** MQTT.js over WebSocket through the gateway, as its makers ship it. */
@ExtendWith({UnderTest.class, Gathering.class})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ForeignMqttJsIT {
  private static final JsonMapper MAPPER = new JsonMapper();

  private Suite suite;
  private People people;

  @BeforeEach
  void invite(Suite suite, People invited) {
    this.suite = suite;
    people = invited;
  }

  /** The newest version that the broker speaks, as MQTT.js counts them. */
  private int newest() {
    return suite.backends().speakMqtt5() ? 5 : 4;
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5})
  void mqttJsLogsInSendsAndReceives(int version) throws IOException {
    assumeTrue(suite.backends().speakMqtt5() || version == 4, "the broker has no MQTT 5");
    Person alice = people.named("alice");
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = bob.opensChatWith(alice);
    try (Browser browser = new Browser(version, alice, alice.token())) {
      browser.expect("connect");
      browser.tell("{\"do\":\"subscribe\",\"topic\":\"%s\"}", Topics.toClient(alice.id()));
      assertThat(browser.expect("subscribed").path("granted").asBoolean()).isTrue();
      browser.publish(alice, "{\"type\":\"connected\",\"device\":{\"id\":\"web\"}}");
      assertThat(browser.expectFrame("connected_reply").path("errcode").asInt()).isZero();
      browser.publish(
          alice,
          "{\"type\":\"msg_send\",\"session\":\"%s\",\"clientMsgId\":1700000000000,\"content\":{\"type\":\"text\",\"text\":\"from the web\"}}"
              .formatted(chat));

      bob.receives("from the web");
      bob.sends("to the web").to(chat);

      JsonNode push = browser.expectFrame("msg_push");
      while (push.path("content").path("type").asString().equals("system")) {
        push = browser.expectFrame("msg_push");
      }
      assertThat(push.path("content").path("text").asString()).isEqualTo("to the web");
    }
  }

  /** The proxied connection may be closed before the refusal's reason is through. */
  @Test
  void badTokenIsRefused() throws IOException {
    assumeTrue(
        suite.backends().askWhoSomebodyIs(), "this broker cannot ask the suite who somebody is");
    Person alice = people.named("alice");
    try (Browser browser = new Browser(newest(), alice, "wrong")) {
      JsonNode first = browser.next();
      assertThat(first.path("event").asString()).isIn("error", "close");
      if (first.path("event").asString().equals("error")) {
        assertThat(first.path("code").asInt()).isIn(4, 5, 0x86, 0x87);
        assertThat(browser.next().path("event").asString()).isEqualTo("close");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "/root/client/#", "/root/client/+", "/root/client/bob", "x"})
  void foreignTopicsCannotBeSubscribed(String topic) throws IOException {
    assumeTrue(
        suite.backends().answerRefusedSubscriptions(), "this broker does not answer a refusal");
    Person alice = people.named("alice");
    try (Browser browser = new Browser(newest(), alice, alice.token())) {
      browser.expect("connect");
      browser.tell("{\"do\":\"subscribe\",\"topic\":\"%s\"}", topic);
      assertThat(browser.expect("subscribed").path("granted").asBoolean()).isFalse();
    }
  }

  /** A node process with one MQTT.js client in it. */
  private final class Browser implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;

    Browser(int version, Person person, String token) throws IOException {
      Path script = ExternalTool.javaScript("mqtt-client.mjs");
      String url = "ws://" + suite.http().getHost() + ":" + suite.http().getPort() + "/mqtt";
      ProcessBuilder builder =
          new ProcessBuilder(
                  "node", script.toString(), url, person.id() + ":web", person.id().value(), token)
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("MQTT_VERSION", Integer.toString(version));
      process = builder.start();
      out = process.inputReader(StandardCharsets.UTF_8);
      in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    void tell(String format, Object... values) {
      in.println(format.formatted(values));
    }

    void publish(Person person, String payload) {
      tell(
          "{\"do\":\"publish\",\"topic\":\"%s\",\"payload\":%s}",
          Topics.toServer(person.id()), payload);
    }

    JsonNode next() throws IOException {
      String line = out.readLine();
      if (line == null) {
        throw new AssertionError("the client has ended");
      }
      return MAPPER.readTree(line);
    }

    JsonNode expect(String event) throws IOException {
      JsonNode told = next();
      while (!told.path("event").asString().equals(event)) {
        told = next();
      }
      return told;
    }

    JsonNode expectFrame(String type) throws IOException {
      while (true) {
        JsonNode payload = expect("message").path("payload");
        if (payload.path("type").asString().equals(type)) {
          return payload;
        }
      }
    }

    @Override
    public void close() {
      process.destroy();
    }
  }
}
