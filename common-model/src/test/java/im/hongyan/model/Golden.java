package im.hongyan.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The golden files: what the protocol's JSON looks like, one file for each type. */
public final class Golden {
  /** A mapper as it comes. */
  public static final JsonMapper JSON = JsonMapper.builder().build();

  private Golden() {}

  /** The names of the files in a folder, without {@code .json}. */
  public static Set<String> names(String folder) {
    try (Stream<Path> files = Files.list(folder(folder))) {
      return files
          .map(file -> file.getFileName().toString().replace(".json", ""))
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file as a tree. */
  public static ObjectNode read(String folder, String name) {
    return (ObjectNode) JSON.readTree(folder(folder).resolve(name + ".json").toFile());
  }

  /** Reads a file as {@code type}, writes what was read, and compares. */
  public static <T> T roundTrip(String folder, String name, Class<T> type) {
    ObjectNode golden = read(folder, name);
    T value = JSON.treeToValue(golden, type);
    JsonNode written = JSON.readTree(JSON.writerFor(type).writeValueAsString(value));
    assertThat(written).as(folder + "/" + name).isEqualTo(golden);
    return value;
  }

  private static Path folder(String folder) {
    try {
      return Path.of(Objects.requireNonNull(Golden.class.getResource("/golden/" + folder)).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
