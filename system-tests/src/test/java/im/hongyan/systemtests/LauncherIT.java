package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.hongyan.standalone.data.DataFolder;
import im.hongyan.systemtests.suite.Installation;
import im.hongyan.systemtests.suite.Installation.Outcome;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./hongyan}, as a newcomer uses it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class LauncherIT {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int TERMINATED = 143;

  @TempDir Path scratch;
  private Installation hongyan;

  @BeforeEach
  void install() throws IOException {
    hongyan = Installation.in(scratch.resolve("clone"));
  }

  /** What goes wrong is told in one line, and the exit code says so. */
  @Nested
  class WhatGoesWrong {
    @ParameterizedTest
    @ValueSource(strings = {"--port", "--mqtt-port", "--operator-port"})
    void aBusyPort(String option) throws Exception {
      hongyan.built();
      try (ServerSocket busy = new ServerSocket(0)) {
        String port = Integer.toString(busy.getLocalPort());
        List<String> up = new ArrayList<>(List.of("up"));
        for (String other : List.of("--port", "--mqtt-port", "--operator-port")) {
          up.addAll(List.of(other, other.equals(option) ? port : "0"));
        }

        Outcome outcome = hongyan.run(up.toArray(String[]::new));

        isToldInOneLine(outcome, FAILED, "port " + port, "with " + option);
      }
    }

    @Test
    void aDataFolderThatCannotBeWritten() throws Exception {
      Path file = Files.writeString(scratch.resolve("file"), "not a folder");

      Outcome outcome = hongyan.built().run("up", "--data", file.toString());

      isToldInOneLine(outcome, FAILED, file + " cannot be written", "--data");
    }

    @Test
    void aDataFolderThatAnotherHasWhoseLogIsLeftAlone() throws Exception {
      Path folder = scratch.resolve("taken");
      try (DataFolder taken = DataFolder.take(folder)) {
        Outcome outcome = hongyan.built().run("up", "--data", folder.toString());

        isToldInOneLine(
            outcome, FAILED, folder + " is in use", "(" + ProcessHandle.current().pid() + ")");
        assertThat(taken.of("log")).doesNotExist();
      }
    }

    @Test
    void noJdkOfTheRightVersion() throws Exception {
      hongyan.built().fakeJdk("17.0.9");

      isToldInOneLine(hongyan.run("up"), FAILED, "no JDK 25 found", "JAVA_HOME");
    }

    @Test
    void noMaven() throws Exception {
      hongyan.fakeJdk("25");

      isToldInOneLine(hongyan.run("up"), FAILED, "Maven is not installed", "3.8");
    }

    @Test
    void anUnknownCommand() throws Exception {
      isToldInOneLine(hongyan.run("upp"), WRONG_USAGE, "no command 'upp'", "./hongyan help");
    }

    @ParameterizedTest
    @CsvSource({
      "--port, 99999, 0 to 65535",
      "--port, many, 0 to 65535",
      "--mqtt-port, -1, 0 to 65535",
      "--address, no such host, an address of this machine",
      "--mqtt, a b, HOST:PORT",
      "--mqtt, broker, HOST:PORT",
      "--user-system, foo, http",
      "--mongo, localhost:27017, mongodb",
      "--amqp, http://localhost, amqp",
      "--nosuch, x, Unknown option",
      "--set, x, KEY=VALUE"
    })
    void aWrongOption(String option, String value, String expected) throws Exception {
      Outcome outcome = hongyan.built().run("up", option, value);

      isToldInOneLine(outcome, WRONG_USAGE, option, expected, "see ./hongyan up --help");
    }

    @Test
    void unknownBackends() throws Exception {
      hongyan.fakeMaven();

      isToldInOneLine(
          hongyan.run("test", "--backends", "docker"),
          FAILED,
          "--backends: 'docker'",
          "embedded, local or containers");
      assertThat(hongyan.builtTimes()).isZero();
    }

    @Test
    void aWrongUserOrBrokerOfAClient() throws Exception {
      hongyan.built();

      isToldInOneLine(hongyan.run("send", "a/b", "bob", "hi"), WRONG_USAGE, "FROM", "a/b");
      isToldInOneLine(
          hongyan.run("listen", "bob", "--mqtt", "a b"), WRONG_USAGE, "--mqtt", "HOST:PORT");
    }

    @Test
    void aClientWhoseServerIsNotThere() throws Exception {
      isToldInOneLine(
          hongyan.built().run("send", "alice", "bob", "hi", "--mqtt", "localhost:1"),
          FAILED,
          "alice at localhost:1",
          "is `./hongyan up` running?");
    }

    private static void isToldInOneLine(Outcome outcome, int code, String... words) {
      assertThat(outcome.said()).startsWith("hongyan: ").contains(words).hasLineCount(1);
      assertThat(outcome.code()).isEqualTo(code);
    }
  }

  @Test
  void toldToEndTheServerStopsAndItsDataFolderIsFree() throws Exception {
    Path data = scratch.resolve("data");
    Path ready = scratch.resolve("ready");
    Path out = scratch.resolve("out");
    Process server =
        hongyan
            .built()
            .start(
                out,
                "up",
                "--data",
                data.toString(),
                "--address",
                "127.0.0.1",
                "--port",
                "0",
                "--mqtt-port",
                "0",
                "--operator-port",
                "0",
                "--ready-file",
                ready.toString());
    try {
      await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(ready) || !server.isAlive());
      assertThat(ready).as(read(out)).exists();

      server.destroy();

      assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isIn(0, TERMINATED);
      assertThat(read(out)).contains("Hongyan is ready").contains("/actuator/prometheus");
      assertThat(data.resolve("log/hongyan.log")).exists();
      DataFolder.take(data).close();
    } finally {
      server.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Which tests Maven is asked to run; with a Maven that is none. */
  @Nested
  class Tests {
    private static final String REPORT = "system-tests/target/containers-reports/TEST-ChatIT.xml";

    @BeforeEach
    void withoutRealTools() throws IOException {
      hongyan.fakeJdk("25.0.1");
    }

    @ParameterizedTest
    @CsvSource({
      "embedded, -B verify",
      "local, -Dbackends=local -Donly.system.tests=true",
      "containers, -Dbackends=containers -Donly.system.tests=true"
    })
    void onTheBackendsThatWereAskedFor(String backends, String arguments) throws Exception {
      hongyan.fakeMaven("echo \"mvn $*\"");

      Outcome outcome = hongyan.run("test", "--backends", backends, "-Dit.test=ChatIT");

      assertThat(outcome.said()).contains(arguments).endsWith("-Dit.test=ChatIT").hasLineCount(1);
      assertThat(outcome.code()).isZero();
    }

    @Test
    void withoutDockerTheOnesOnContainersAreSkippedWhichIsToldInOneLine() throws Exception {
      hongyan.fakeMaven(
          "mkdir -p system-tests/target/containers-reports",
          "echo '<skipped><![CDATA[org.opentest4j.TestAbortedException: Assumption failed: no Docker"
              + " on this machine' >"
              + REPORT);

      Outcome outcome = hongyan.run("test", "--backends", "containers");

      assertThat(outcome.said())
          .isEqualTo(
              "hongyan: there is no Docker on this machine: the tests on containers were skipped");
      assertThat(outcome.code()).isZero();
    }

    @Test
    void whatAnEarlierRunSkippedIsNotTold() throws Exception {
      hongyan.edited(REPORT, "TestAbortedException: Assumption failed: no Docker on this machine");
      hongyan.fakeMaven("exit 0");

      assertThat(hongyan.run("test", "--backends", "containers")).isEqualTo(new Outcome(0, ""));
    }

    @Test
    void aFailureOfMavenIsOneOfTheCommand() throws Exception {
      hongyan.fakeMaven("exit 3");

      assertThat(hongyan.run("test", "--backends", "containers")).isEqualTo(new Outcome(3, ""));
    }
  }

  /** When it builds, and what that does to those who run; with a Maven and a JDK that are none. */
  @Nested
  class Builds {
    @BeforeEach
    void withoutRealTools() throws IOException {
      hongyan.fakeJdk("25.0.1");
      hongyan.fakeMaven();
    }

    @Test
    void aServerStartsWithoutABuildWhereNothingChanged() throws Exception {
      Outcome outcome = hongyan.built().run("up", "--port", "1");

      assertThat(outcome.said()).contains(hongyan.build() + "/hongyan.jar up --port 1");
      assertThat(hongyan.builtTimes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "deploy/standalone/src/main/java/im/hongyan/standalone/data/DataFolder.java",
          "push-service/src/main/resources/push-service.yml",
          "session-service/pom.xml"
        })
    void aServerIsBuiltOnceAfterAnEdit(String file) throws Exception {
      hongyan.built().edited(file);

      assertThat(hongyan.run("up").code()).isZero();
      // The next finds that nothing has changed since.
      assertThat(hongyan.run("up").code()).isZero();
      assertThat(hongyan.builtTimes()).isOne();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "data/src/main/java/NotASource.java",
          "push-service/target/src/main/x",
          "push-service/src/test/java/SomeTest.java",
          "README.md"
        })
    void whatIsNoSourceIsNoReasonToBuild(String file) throws Exception {
      hongyan.built().edited(file).run("up");

      assertThat(hongyan.builtTimes()).isZero();
    }

    @Test
    void aCloneThatIsCalledDataIsBuiltAsWell() throws Exception {
      Installation data = Installation.in(scratch.resolve("other/data"));
      data.fakeJdk("25.0.1");
      data.fakeMaven().built().edited("push-service/src/main/java/Edited.java").run("up");

      assertThat(data.builtTimes()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"send", "listen", "chat", "bench"})
    void aClientTakesTheBuildThatIsThere(String client) throws Exception {
      hongyan.built().edited("push-service/src/main/java/Edited.java");

      assertThat(hongyan.run(client).said()).contains(hongyan.build().toString());
      assertThat(hongyan.builtTimes()).isZero();
    }

    @Test
    void aClientBuildsWhereThereIsNone() throws Exception {
      assertThat(hongyan.run("send").said()).contains("building").contains("hongyan.jar send");
      assertThat(hongyan.builtTimes()).isOne();
    }

    @Test
    void aBuildLeavesTheJarsOfWhoRunsAndRemovesThoseOfNobody() throws Exception {
      Path running = hongyan.built().build();
      long pid = ProcessHandle.current().pid();
      Path user = Files.writeString(running.resolve("used-by-" + pid), "");

      assertThat(hongyan.run("build").code()).isZero();
      assertThat(running.resolve("hongyan.jar")).exists();

      Files.delete(user);
      assertThat(hongyan.run("build").code()).isZero();
      assertThat(running).doesNotExist();
      assertThat(hongyan.run("up").said()).contains("hongyan.jar up");
    }

    @Test
    void aLockWhoseHolderDiedHoldsNobodyUp() throws Exception {
      Path lock = hongyan.builds().resolveSibling("build.locked");
      Process gone = new ProcessBuilder("true").start();
      gone.waitFor();
      Files.createDirectory(lock);
      Files.writeString(lock.resolve("holder"), Long.toString(gone.pid()));

      assertThat(hongyan.run("build").said()).doesNotContain("waiting").contains("built in");
      assertThat(lock).doesNotExist();
    }

    @Test
    void whileOneBuildsTheOtherWaits() throws Exception {
      Path lock = hongyan.builds().resolveSibling("build.locked");
      Files.createDirectory(lock);
      Path holder = lock.resolve("holder");
      Files.writeString(holder, Long.toString(ProcessHandle.current().pid()));
      Path out = scratch.resolve("out");

      Process waiting = hongyan.start(out, "build");
      await().atMost(Duration.ofSeconds(30)).until(() -> read(out).contains("waiting for it"));
      assertThat(hongyan.builtTimes()).isZero();
      Files.delete(holder);
      Files.delete(lock);

      assertThat(waiting.waitFor(1, TimeUnit.MINUTES)).isTrue();
      assertThat(hongyan.builtTimes()).isOne();
    }
  }
}
