package im.hongyan.push.history;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who sees what of a session's history.
 *
 * @param fromJoining whether members see it from when they came in; else from its beginning
 */
@ConfigurationProperties("hongyan.push.history")
record HistoryProperties(@DefaultValue("true") boolean fromJoining) {}
