package im.hongyan.push.client;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.openfeign.EnableFeignClients;

/** The client, where {@code hongyan.push-client.url} says whom to ask. */
@AutoConfiguration
@ConditionalOnProperty("hongyan.push-client.url")
@EnableFeignClients(clients = PushServiceClient.class)
@EnableConfigurationProperties(PushClientProperties.class)
public class PushClientAutoConfiguration {}
