package im.hongyan.systemtests.suite;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The launcher in a folder of its own, as a newcomer has it after a build; what was built are the
 * classes under test. Its programs see the environment that is given here and nothing else.
 */
public final class Installation {
  private static final String BUILD = "test";

  /** The programs that the launcher needs besides Maven and a JDK. */
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "basename",
          "cat",
          "cp",
          "date",
          "dirname",
          "env",
          "find",
          "grep",
          "head",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sleep",
          "tail",
          "touch");

  private final Path folder;
  private final Map<String, String> environment = new TreeMap<>();
  private final Path tools;

  private Installation(Path folder, Path tools) {
    this.folder = folder;
    this.tools = tools;
    environment.put("HOME", folder.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("PATH", tools.toString());
  }

  /** One in a folder that does not exist yet; the test is skipped where bash is missing. */
  public static Installation in(Path folder) throws IOException {
    ExternalTool.needs("bash", "bash");
    Installation installation = new Installation(folder, toolbox(folder.resolveSibling("tools")));
    Files.createDirectories(installation.builds());
    Files.copy(
        Path.of("../hongyan"), folder.resolve("hongyan"), StandardCopyOption.COPY_ATTRIBUTES);
    return installation;
  }

  private static Path toolbox(Path tools) throws IOException {
    Files.createDirectories(tools);
    for (String tool : TOOLS) {
      for (String bin : System.getenv("PATH").split(File.pathSeparator)) {
        if (Files.isExecutable(Path.of(bin, tool)) && Files.notExists(tools.resolve(tool))) {
          script(tools.resolve(tool), "exec '%s' \"$@\"".formatted(Path.of(bin, tool)));
        }
      }
    }
    return tools;
  }

  /** It was built an hour ago. */
  public Installation built() throws IOException {
    Path build = Files.createDirectories(build());
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, "im.hongyan.standalone.command.HongyanMain");
    attributes.put(
        Attributes.Name.CLASS_PATH,
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(entry -> Path.of(entry).toUri().toString())
            .collect(Collectors.joining(" ")));
    try (OutputStream file = Files.newOutputStream(build.resolve("hongyan.jar"));
        JarOutputStream jar = new JarOutputStream(file, manifest)) {
      jar.finish();
    }
    Files.writeString(build.resolve("jdk"), environment.getOrDefault("JAVA_HOME", ""));
    Files.writeString(build.resolve("begun"), "");
    Files.setLastModifiedTime(
        build.resolve("begun"), FileTime.from(Instant.now().minus(1, ChronoUnit.HOURS)));
    Files.writeString(builds().resolve("current"), BUILD + "\n");
    return this;
  }

  /** A JDK that says which version it is, and does nothing but say how it was called. */
  public Path fakeJdk(String version) throws IOException {
    Path jdk = folder.resolveSibling("jdk-" + version);
    Files.createDirectories(jdk.resolve("bin"));
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(jdk.resolve("bin/java"), "echo \"java $*\"");
    script(jdk.resolve("bin/javac"), "echo \"javac $*\"");
    environment.put("JAVA_HOME", jdk.toString());
    environment.put("HONGYAN_JDKS", jdk.toString());
    return jdk;
  }

  /** A Maven that does nothing but say that it was called, and make something that looks built. */
  public Installation fakeMaven() throws IOException {
    return fakeMaven(
        "mkdir -p deploy/standalone/target/assembly",
        "mkdir -p benchmarks/target/classes benchmarks/target/lib",
        "mkdir -p benchmarks/micro/target/classes benchmarks/micro/target/lib",
        "echo jar >deploy/standalone/target/assembly/hongyan.jar; echo built >>mvn-was-called");
  }

  /** A Maven that does this, in the folder of the installation. */
  public Installation fakeMaven(String... lines) throws IOException {
    String[] script = new String[lines.length + 1];
    script[0] = "cd '%s'".formatted(folder);
    System.arraycopy(lines, 0, script, 1, lines.length);
    script(tools.resolve("mvn"), script);
    return this;
  }

  /** How often Maven was called. */
  public long builtTimes() throws IOException {
    Path calls = folder.resolve("mvn-was-called");
    if (Files.notExists(calls)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(calls)) {
      return lines.count();
    }
  }

  /** A file is edited, or made. */
  public Installation edited(String file) throws IOException {
    return edited(file, "edited");
  }

  /** A file gets this content. */
  public Installation edited(String file, String content) throws IOException {
    Path edited = folder.resolve(file);
    Files.createDirectories(edited.getParent());
    Files.writeString(edited, content);
    return this;
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Where builds are. */
  public Path builds() {
    return folder.resolve("deploy/standalone/target/hongyan");
  }

  /** The build that {@link #built()} has made. */
  public Path build() {
    return builds().resolve(BUILD);
  }

  private static void script(Path file, String... lines) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException(file + ": cannot be made executable");
    }
  }

  /** A command that runs; its output goes to a file. */
  public Process start(Path out, String... arguments) throws IOException {
    List<String> command =
        Stream.concat(
                Stream.of(tools.resolve("bash").toString(), folder.resolve("hongyan").toString()),
                Arrays.stream(arguments))
            .toList();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** A command that ends by itself. */
  public Outcome run(String... arguments) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder.getParent(), "out-", ".txt");
    Process process = start(out, arguments);
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.destroyForcibly().waitFor();
    }
    return new Outcome(process.exitValue(), Files.readString(out, StandardCharsets.UTF_8).strip());
  }

  /**
   * How a command ended.
   *
   * @param code its exit code
   * @param said all that it wrote
   */
  public record Outcome(int code, String said) {}
}
