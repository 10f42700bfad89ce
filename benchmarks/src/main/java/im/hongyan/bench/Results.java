package im.hongyan.bench;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Where a command's results go: mixed into each of them. */
final class Results {
  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec spec;

  @Option(names = "--json", paramLabel = "FILE", description = "writes the figures to a file")
  private @Nullable Path json;

  /** The command's output. */
  PrintWriter out() {
    return command().commandLine().getOut();
  }

  /** Tells what is going on. */
  void progress(String line) {
    out().println(line);
    out().flush();
  }

  /** Writes the figures where the user wants them. */
  void write(Object figures) throws IOException {
    out().flush();
    if (json != null) {
      JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.write(json, mapper.writeValueAsBytes(figures));
    }
  }

  /** What the user asked for does not go. */
  ParameterException usage(@Nullable String message) {
    return new ParameterException(command().commandLine(), String.valueOf(message));
  }

  private CommandSpec command() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec;
  }
}
