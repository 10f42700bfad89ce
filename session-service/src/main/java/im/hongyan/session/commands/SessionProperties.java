package im.hongyan.session.commands;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Limits of sessions.
 *
 * @param maxMembers how many members a session may have
 */
@ConfigurationProperties("hongyan.session")
record SessionProperties(@DefaultValue("2000") int maxMembers) {
  private static final int LEAST = 2;
  private static final int MOST = 20_000;

  SessionProperties {
    if (maxMembers < LEAST || maxMembers > MOST) {
      throw new IllegalArgumentException(
          "hongyan.session.max-members: %d (expected: %d to %d)"
              .formatted(maxMembers, LEAST, MOST));
    }
  }
}
