package im.hongyan.gateway.routing;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.validation.annotation.Validated;

/**
 * Where the services listen.
 *
 * @param authBridge base address of auth-bridge-service
 * @param session base address of session-service
 * @param ingest base address of message-ingest-service
 * @param push base address of push-service
 * @param mqtt the MQTT broker's WebSocket listener, with its path: {@code ws://host:port/path}
 */
@Validated
@ConfigurationProperties("hongyan.gateway.upstreams")
public record UpstreamProperties(URI authBridge, URI session, URI ingest, URI push, URI mqtt) {}
