package im.hongyan.session;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.session.notices.SessionNotices;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.reactive.context.ReactiveWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The whole service over HTTP, with a stream that confirms everything. */
class SessionServiceIT {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static EmbeddedMongo mongo;
  private static ConfigurableApplicationContext service;
  private static String url;

  @BeforeAll
  static void start() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    service =
        new SpringApplicationBuilder(SessionServiceApplication.class, Confirming.class)
            .properties("spring.config.name=session-service", "spring.main.banner-mode=off")
            .run(
                "--server.port=0",
                "--spring.mongodb.uri=" + mongo.connectionString() + "/it",
                "--spring.rabbitmq.addresses=127.0.0.1:1");
    url =
        "http://127.0.0.1:"
            + ((ReactiveWebServerApplicationContext) service).getWebServer().getPort();
  }

  @AfterAll
  static void stop() {
    service.close();
    mongo.close();
  }

  @Test
  void answersCommandsAndShowsSessions() throws Exception {
    HttpResponse<String> created =
        command("{\"type\":\"session_create\",\"members\":[\"bob\"],\"requestId\":\"r1\"}");
    assertThat(created.statusCode()).isEqualTo(200);
    assertThat(created.body())
        .contains("\"type\":\"session_create_reply\"", "\"errcode\":0", "\"requestId\":\"r1\"")
        .contains("\"entities\":{\"session\":{\"s", "\"model\":\"session\"");

    String id = created.body().replaceAll(".*\"result\":\\[\"([^\"]+)\"].*", "$1");
    HttpResponse<String> shown = get("/internal/v1/sessions/" + id);
    assertThat(shown.body()).contains("\"members\":[\"alice\",\"bob\"]", "\"kind\":\"single\"");
  }

  @Test
  void refusesInTheProtocolsWords() throws Exception {
    assertThat(command("{").body()).contains("\"errcode\":2", "\"type\":\"error_reply\"");
    assertThat(command("{\"type\":\"session_exit\",\"session\":\"none\"}").body())
        .contains("\"errcode\":5");

    HttpResponse<String> unknown = get("/internal/v1/sessions/none");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.body()).contains("\"errcode\":5");
    assertThat(get("/api/v1/sessions").statusCode()).isEqualTo(401);
  }

  private static HttpResponse<String> command(String json) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url + "/internal/v1/commands"))
            .header("Content-Type", "application/json")
            .header("X-Hongyan-Sender", "alice")
            .POST(BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url + path)).build(), BodyHandlers.ofString());
  }

  @Configuration(proxyBeanMethods = false)
  static class Confirming {
    @Bean
    @Primary
    SessionNotices confirming() {
      return event -> {};
    }
  }
}
