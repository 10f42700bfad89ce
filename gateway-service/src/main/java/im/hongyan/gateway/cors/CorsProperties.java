package im.hongyan.gateway.cors;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Calls from web pages.
 *
 * @param allowedOrigins patterns of origins, all by default: no cookie ever authenticates a
 *     request, so a page gains nothing that it has no token for
 * @param maxAge how long a browser may remember the answer
 */
@Validated
@ConfigurationProperties("hongyan.gateway.cors")
record CorsProperties(
    @DefaultValue("*") List<String> allowedOrigins, @DefaultValue("1h") Duration maxAge) {}
