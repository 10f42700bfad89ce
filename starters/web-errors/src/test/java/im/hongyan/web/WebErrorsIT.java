package im.hongyan.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import feign.Request;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.threads.virtual.enabled=true",
      "server.address=127.0.0.1",
      "spring.config.name=web-errors-test"
    })
class WebErrorsIT {
  private final HttpClient http = HttpClient.newHttpClient();

  @LocalServerPort int port;
  @Autowired Failing failing;

  @Test
  void anExpectedFailureKeepsItsCodeItsWordsAndItsStatus() throws Exception {
    HttpResponse<String> answer = get("/fail/CONFLICT");

    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.headers().firstValue("content-type")).contains("application/problem+json");
    JsonNode problem = json(answer);
    assertThat(problem.get("errcode").intValue()).isEqualTo(6);
    assertThat(problem.get("detail").stringValue()).isEqualTo("failed as asked");
  }

  @Test
  void aRateLimitTellsWhenToComeBack() throws Exception {
    HttpResponse<String> answer = get("/limited");

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("retry-after")).contains("2");
    assertThat(json(answer).get("retryAfterMs").longValue()).isEqualTo(1500);
  }

  @Test
  void inputThatSpringRefusesIsABadRequest() throws Exception {
    assertThat(json(get("/number?n=x")).get("errcode").intValue()).isEqualTo(2);
    assertThat(json(get("/number")).get("errcode").intValue()).isEqualTo(2);
    assertThat(json(post("/user", "{not json")).get("errcode").intValue()).isEqualTo(2);
    assertThat(json(get("/nowhere")).get("errcode").intValue()).isEqualTo(5);
  }

  @Test
  void aFieldThatItsOwnTypeRefusesIsToldInItsWords() throws Exception {
    HttpResponse<String> answer = post("/user", "{\"user\":\"a/b\"}");

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(json(answer).get("detail").stringValue()).startsWith("userId: \"a/b\" (expected:");
  }

  @Test
  void anUnexpectedFailureTellsNothingButAnId() throws Exception {
    HttpResponse<String> answer = get("/broken");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(json(answer).get("errcode").intValue()).isEqualTo(1);
    assertThat(answer.body()).doesNotContain("secret detail").doesNotContain("im.hongyan.web");
  }

  @Test
  void blockingControllersRunOnVirtualThreads() throws Exception {
    assertThat(get("/thread").body()).isEqualTo("virtual");
  }

  @Test
  void aHundredSlowCallsRunSideBySide() {
    long begin = System.nanoTime();

    List<CompletableFuture<HttpResponse<String>>> calls =
        IntStream.range(0, 100)
            .mapToObj(
                i -> http.sendAsync(request("/slow").build(), HttpResponse.BodyHandlers.ofString()))
            .toList();
    calls.forEach(call -> assertThat(call.join().statusCode()).isEqualTo(200));

    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    assertThat(took).isLessThan(Duration.ofMillis(100 * 300 / 2));
  }

  @Test
  void aProblemBecomesTheSameExceptionAgainAtTheFeignClient() {
    HongyanException e =
        catchThrowableOfType(HongyanException.class, () -> failing.fail(uri(port), "NOT_FOUND"));

    assertThat(e.code()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(e).hasMessage("failed as asked");
    HongyanException limited =
        catchThrowableOfType(HongyanException.class, () -> failing.limited(uri(port)));
    assertThat(limited.retryAfter()).contains(Duration.ofMillis(1500));
  }

  @Test
  void feignReadsRecordsAndSendsBytes() {
    assertThat(
            failing.echo(
                uri(port),
                "{\"user\":\"alice\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEqualTo(new Named(new UserId("alice")));
  }

  @Test
  void nobodyThereIsUnavailable() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertThat(codeAt(free)).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void anAnswerThatNeverComesIsUnavailable() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(codeAt(silent.getLocalPort())).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void anAnswerThatBreaksOffIsUnavailable() throws Exception {
    try (ServerSocket broken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var thread = Executors.newVirtualThreadPerTaskExecutor()) {
      thread.submit(() -> answerHalf(broken));
      assertThat(codeAt(broken.getLocalPort())).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  private static Void answerHalf(ServerSocket server) throws IOException {
    try (Socket socket = server.accept();
        OutputStream out = socket.getOutputStream()) {
      int read = socket.getInputStream().read(new byte[4096]);
      assertThat(read).isPositive();
      out.write(
          "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{\"us"
              .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }
    return null;
  }

  private ErrorCode codeAt(int otherPort) {
    return catchThrowableOfType(
            HongyanException.class,
            () ->
                failing.echo(
                    uri(otherPort), "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .code();
  }

  private static URI uri(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(port).resolve(path));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return http.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  record Named(UserId user) {}

  @FeignClient(name = "failing", url = "http://set-by-the-call", configuration = Short.class)
  interface Failing {
    @GetMapping("/fail/{code}")
    String fail(URI base, @PathVariable("code") String code);

    @GetMapping("/limited")
    String limited(URI base);

    @PostMapping(path = "/user", consumes = "application/json")
    Named echo(URI base, @RequestBody byte[] body);
  }

  static class Short {
    @Bean
    Request.Options options() {
      return new Request.Options(200, TimeUnit.MILLISECONDS, 400, TimeUnit.MILLISECONDS, false);
    }
  }

  @RestController
  static class Endpoints {
    @GetMapping("/fail/{code}")
    String fail(@PathVariable ErrorCode code) {
      throw new HongyanException(code, "failed as asked");
    }

    @GetMapping("/limited")
    Mono<String> limited() {
      return Mono.error(HongyanException.rateLimited("slowly", Duration.ofMillis(1500)));
    }

    @GetMapping("/number")
    int number(@RequestParam int n) {
      return n;
    }

    @PostMapping("/user")
    Named user(@RequestBody Named named) {
      return named;
    }

    @GetMapping("/broken")
    String broken() {
      throw new IllegalStateException("secret detail");
    }

    @GetMapping("/thread")
    String thread() {
      return Thread.currentThread().isVirtual() ? "virtual" : Thread.currentThread().getName();
    }

    @GetMapping("/slow")
    String slow() {
      long end = System.nanoTime() + Duration.ofMillis(300).toNanos();
      for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      return "done";
    }
  }

  @Configuration
  @EnableAutoConfiguration
  @EnableFeignClients(clients = Failing.class)
  @Import(Endpoints.class)
  static class App {
    /** Makes Spring Boot's own executor step back, as any service's might. */
    @Bean
    Executor some() {
      return Runnable::run;
    }
  }
}
