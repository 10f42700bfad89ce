package im.hongyan.standalone.operator;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Several scrapes in the Prometheus text format as one, in which every family stands once, as the
 * format demands. Whose a sample is must be told by a label in it.
 */
final class MergedMetrics {
  private static final String COMMENT = "# ";

  private final Map<String, StringBuilder> families = new LinkedHashMap<>();

  private MergedMetrics() {}

  static String of(List<String> scrapes) {
    MergedMetrics merged = new MergedMetrics();
    scrapes.forEach(merged::add);
    return String.join("", merged.families.values());
  }

  private void add(String scrape) {
    String current = "";
    boolean known = false;
    StringBuilder family = new StringBuilder();
    for (String line : scrape.lines().toList()) {
      if (line.startsWith(COMMENT)) {
        String name = line.split(" ", 4)[2];
        if (!name.equals(current)) {
          current = name;
          known = families.containsKey(name);
          family = families.computeIfAbsent(name, n -> new StringBuilder());
        }
        if (known) {
          continue;
        }
      }
      family.append(line).append('\n');
    }
  }
}
