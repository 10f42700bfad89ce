package im.hongyan.gateway.readiness;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who must be ready.
 *
 * @param services the readiness address of each service, by the service's name
 * @param timeout how long a service may take to answer
 * @param keep how long an answer is kept
 */
@Validated
@ConfigurationProperties("hongyan.gateway.readiness")
record ReadinessProperties(
    Map<String, URI> services,
    @DefaultValue("2s") Duration timeout,
    @DefaultValue("1s") Duration keep) {}
