package im.hongyan.standalone.service;

import static im.hongyan.standalone.service.Technology.AMQP;
import static im.hongyan.standalone.service.Technology.AUTH_CLIENT;
import static im.hongyan.standalone.service.Technology.BLOCKING_MONGO;
import static im.hongyan.standalone.service.Technology.FEIGN;
import static im.hongyan.standalone.service.Technology.IDENTITY;
import static im.hongyan.standalone.service.Technology.MQTT;
import static im.hongyan.standalone.service.Technology.PUSH_CLIENT;
import static im.hongyan.standalone.service.Technology.REACTIVE_MONGO;
import static im.hongyan.standalone.service.Technology.ROUTING;
import static im.hongyan.standalone.service.Technology.SESSION_CLIENT;
import static im.hongyan.standalone.service.Technology.WEB_ERRORS;

import im.hongyan.auth.AuthBridgeApplication;
import im.hongyan.demo.DemoUserSystem;
import im.hongyan.gateway.GatewayApplication;
import im.hongyan.ingest.MessageIngestServiceApplication;
import im.hongyan.moderation.ModerationServiceApplication;
import im.hongyan.push.PushServiceApplication;
import im.hongyan.session.SessionServiceApplication;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The services of the suite, with what each brings. */
public enum SuiteService {
  /** Plays the customer's user system, for trying. */
  DEMO_USER_SYSTEM(DemoUserSystem.class, "demo-user-system"),
  /** Who is who. */
  AUTH_BRIDGE(
      AuthBridgeApplication.class,
      "auth-bridge-service",
      REACTIVE_MONGO,
      AMQP,
      MQTT,
      FEIGN,
      IDENTITY,
      WEB_ERRORS),
  /** Conversations. */
  SESSION(
      SessionServiceApplication.class,
      "session-service",
      REACTIVE_MONGO,
      AMQP,
      FEIGN,
      AUTH_CLIENT,
      PUSH_CLIENT,
      IDENTITY,
      WEB_ERRORS),
  /** Everything that clients send. */
  INGEST(
      MessageIngestServiceApplication.class,
      "message-ingest-service",
      AMQP,
      MQTT,
      FEIGN,
      AUTH_CLIENT,
      SESSION_CLIENT,
      IDENTITY,
      WEB_ERRORS),
  /** What may be said. */
  MODERATION(ModerationServiceApplication.class, "moderation-service", AMQP, IDENTITY, WEB_ERRORS),
  /** Everything that clients receive. */
  PUSH(
      PushServiceApplication.class,
      "push-service",
      BLOCKING_MONGO,
      AMQP,
      MQTT,
      FEIGN,
      AUTH_CLIENT,
      SESSION_CLIENT,
      IDENTITY,
      WEB_ERRORS),
  /** The door. */
  GATEWAY(GatewayApplication.class, "gateway-service", ROUTING, WEB_ERRORS);

  private final Class<?> application;
  private final String configName;
  private final String brings;

  SuiteService(Class<?> application, String configName, Technology... brings) {
    this.application = application;
    this.configName = configName;
    this.brings = Arrays.stream(brings).map(Technology::name).collect(Collectors.joining(","));
  }

  /** The application class. */
  public Class<?> application() {
    return application;
  }

  /** The name of the service and of its configuration file. */
  public String configName() {
    return configName;
  }

  /** The technologies that it auto-configures, separated by commas. */
  String brings() {
    return brings;
  }
}
