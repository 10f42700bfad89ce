package im.hongyan.bench.chaos;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * How much of a JVM's heap is in use after a full collection: what is kept, and not only not freed.
 */
final class LiveHeap {
  /** Lines of generations as {@code jcmd GC.heap_info} writes them; those of spaces are parts. */
  private static final Pattern USED =
      Pattern.compile(
          "(?m)^(?:DefNew|Tenured|garbage-first heap|PSYoungGen|ParOldGen)\\b.*?used (\\d+)K");

  private LiveHeap() {}

  /** In MiB. */
  static long megabytes(long pid) {
    jcmd(pid, "GC.run");
    return read(jcmd(pid, "GC.heap_info"));
  }

  static long read(String heapInfo) {
    List<Long> generations =
        USED.matcher(heapInfo).results().map(found -> Long.valueOf(found.group(1))).toList();
    if (generations.isEmpty()) {
      throw new IllegalStateException("no generation in: " + heapInfo);
    }
    return generations.stream().mapToLong(Long::longValue).sum() / 1024;
  }

  private static String jcmd(long pid, String command) {
    Path program = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
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
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
