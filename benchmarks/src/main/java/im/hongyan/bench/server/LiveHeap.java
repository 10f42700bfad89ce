package im.hongyan.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How much of a JVM's heap is in use after a full collection: what is kept, and not only not freed.
 */
public final class LiveHeap {
  /** Lines of generations as {@code jcmd GC.heap_info} writes them; those of spaces are parts. */
  private static final Pattern USED =
      Pattern.compile(
          "(?m)^ *(?:DefNew|Tenured|garbage-first heap|PSYoungGen|ParOldGen)\\b.*?used (\\d+)K");

  private LiveHeap() {}

  /** In KiB. */
  public static long kib(long pid) throws IOException, InterruptedException {
    jcmd(pid, "GC.run");
    return read(jcmd(pid, "GC.heap_info"));
  }

  static long read(String heapInfo) {
    List<Long> generations =
        USED.matcher(heapInfo).results().map(found -> Long.valueOf(found.group(1))).toList();
    if (generations.isEmpty()) {
      throw new IllegalStateException("no generation in: " + heapInfo);
    }
    return generations.stream().mapToLong(Long::longValue).sum();
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    Process process =
        new ProcessBuilder(List.of(program.toString(), Long.toString(pid), command))
            .redirectErrorStream(true)
            .start();
    String said;
    try (InputStream out = process.getInputStream()) {
      said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    }
    if (process.waitFor() != 0) {
      throw new IllegalStateException("jcmd " + command + ": " + said);
    }
    return said;
  }
}
