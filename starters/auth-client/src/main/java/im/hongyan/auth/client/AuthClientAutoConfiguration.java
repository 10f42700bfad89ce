package im.hongyan.auth.client;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.openfeign.EnableFeignClients;

/** The client, where {@code hongyan.auth-client.url} says whom to ask. */
@AutoConfiguration
@ConditionalOnProperty("hongyan.auth-client.url")
@EnableFeignClients(clients = AuthBridgeClient.class)
@EnableConfigurationProperties(AuthClientProperties.class)
public class AuthClientAutoConfiguration {}
