package im.hongyan.moderation.words;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Where the lists are: those that are shipped, and the operator's {@code *.txt} files. */
final class WordListFolder {
  private static final List<String> SHIPPED = List.of("mask.txt", "allow.txt");

  private final WordListReader reader;
  private final @Nullable Path folder;

  /** {@code folder} is null where the operator has none. */
  WordListFolder(WordListReader reader, @Nullable Path folder) {
    this.reader = reader;
    this.folder = folder;
  }

  /**
   * What tells one state of the files from another without reading them.
   *
   * @param files of each file its size and when it was changed
   */
  record State(Map<String, String> files) {}

  State state() throws IOException {
    Map<String, String> files = new TreeMap<>();
    for (Path file : operatorFiles()) {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      files.put(
          file.getFileName().toString(),
          attributes.size() + "@" + attributes.lastModifiedTime() + "/" + attributes.fileKey());
    }
    return new State(files);
  }

  /** The shipped words. */
  List<Word> shipped() {
    List<Word> words = new ArrayList<>();
    for (String name : SHIPPED) {
      try (InputStream file = WordListFolder.class.getResourceAsStream("/words/" + name)) {
        if (file == null) {
          throw new IllegalStateException("/words/" + name + ": not on the class path");
        }
        words.addAll(reader.read(name, file.readAllBytes()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (WordListException e) {
        throw new IllegalStateException(e);
      }
    }
    return words;
  }

  /** The shipped words and the operator's. */
  List<Word> all() throws IOException, WordListException {
    List<Word> words = shipped();
    for (Path file : operatorFiles()) {
      long size = Files.size(file);
      if (size > WordListReader.MAX_BYTES) {
        throw new WordListException(
            "%s: %d bytes (expected: at most %d)"
                .formatted(file.getFileName(), size, WordListReader.MAX_BYTES));
      }
      words.addAll(reader.read(file.getFileName().toString(), Files.readAllBytes(file)));
    }
    return words;
  }

  private List<Path> operatorFiles() throws IOException {
    if (folder == null) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".txt"))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    }
  }
}
