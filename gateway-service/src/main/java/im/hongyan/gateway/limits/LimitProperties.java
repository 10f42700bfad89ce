package im.hongyan.gateway.limits;

import jakarta.validation.constraints.Positive;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Limits at the door.
 *
 * @param userRate requests a second of one user, over time
 * @param userBurst requests of one user at once
 * @param addressRate logins and connections a second from one address, over time; requests whose
 *     token is known already do not count, so users behind one address do not hinder each other
 * @param addressBurst logins and connections from one address at once
 * @param body the largest request body
 */
@Validated
@ConfigurationProperties("hongyan.gateway.limits")
public record LimitProperties(
    @DefaultValue("100") @Positive int userRate,
    @DefaultValue("1000") @Positive int userBurst,
    @DefaultValue("200") @Positive int addressRate,
    @DefaultValue("1000") @Positive int addressBurst,
    @DefaultValue("272KB") DataSize body) {}
