package im.hongyan.gateway.login;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How tokens are exchanged.
 *
 * @param timeout how long auth-bridge may take
 * @param keep how long an internal token is used at most; never longer than it is valid
 * @param margin how long before its expiry an internal token is no longer used
 * @param keepRefused how long a refused token is refused without asking again
 * @param maxKept how many tokens are remembered
 */
@Validated
@ConfigurationProperties("hongyan.gateway.login")
record LoginProperties(
    @DefaultValue("4s") Duration timeout,
    @DefaultValue("2m") Duration keep,
    @DefaultValue("1m") Duration margin,
    @DefaultValue("5s") Duration keepRefused,
    @DefaultValue("100000") int maxKept) {}
