package im.hongyan.standalone.service;

import static im.hongyan.standalone.service.Technology.AMQP;
import static im.hongyan.standalone.service.Technology.AUTH_CLIENT;
import static im.hongyan.standalone.service.Technology.FEIGN;
import static im.hongyan.standalone.service.Technology.IDENTITY;
import static im.hongyan.standalone.service.Technology.MONGO;
import static im.hongyan.standalone.service.Technology.MQTT;
import static im.hongyan.standalone.service.Technology.ROUTING;
import static im.hongyan.standalone.service.Technology.SESSION_CLIENT;
import static im.hongyan.standalone.service.Technology.WEB_ERRORS;

import java.util.EnumSet;
import java.util.Set;
import org.springframework.util.ClassUtils;

/** The services of the suite, with what each brings. */
public enum SuiteService {
  /** Plays the customer's user system, for trying. */
  DEMO_USER_SYSTEM("im.hongyan.demo.DemoUserSystem", "demo-user-system"),
  /** Who is who. */
  AUTH_BRIDGE(
      "im.hongyan.auth.AuthBridgeApplication",
      "auth-bridge-service",
      MONGO,
      AMQP,
      MQTT,
      FEIGN,
      IDENTITY,
      WEB_ERRORS),
  /** Conversations. */
  SESSION(
      "im.hongyan.session.SessionServiceApplication",
      "session-service",
      MONGO,
      AMQP,
      IDENTITY,
      WEB_ERRORS),
  /** Everything that clients send. */
  INGEST(
      "im.hongyan.ingest.MessageIngestServiceApplication",
      "message-ingest-service",
      AMQP,
      MQTT,
      FEIGN,
      AUTH_CLIENT,
      SESSION_CLIENT,
      IDENTITY,
      WEB_ERRORS),
  /** What may be said. */
  MODERATION(
      "im.hongyan.moderation.ModerationServiceApplication",
      "moderation-service",
      AMQP,
      IDENTITY,
      WEB_ERRORS),
  /** Everything that clients receive. */
  PUSH(
      "im.hongyan.push.PushServiceApplication",
      "push-service",
      MONGO,
      AMQP,
      MQTT,
      FEIGN,
      AUTH_CLIENT,
      SESSION_CLIENT,
      IDENTITY,
      WEB_ERRORS),
  /** The door. */
  GATEWAY("im.hongyan.gateway.GatewayApplication", "gateway-service", ROUTING, WEB_ERRORS);

  private final Class<?> application;
  private final String configName;
  private final Set<Technology> brings;

  SuiteService(String application, String configName, Technology... brings) {
    this.application = ClassUtils.resolveClassName(application, null);
    this.configName = configName;
    this.brings = EnumSet.noneOf(Technology.class);
    this.brings.addAll(Set.of(brings));
  }

  /** The application class. */
  public Class<?> application() {
    return application;
  }

  /** The name of the service and of its configuration file. */
  public String configName() {
    return configName;
  }

  Set<Technology> brings() {
    return brings;
  }
}
