package im.hongyan.moderation.words;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
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

  /** Of each file what was taken of it last; only the thread that reloads touches it. */
  private Map<String, List<Word>> lastTaken = Map.of();

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
        WordList list = reader.read(name, file.readAllBytes());
        if (!list.problems().isEmpty()) {
          throw new IllegalStateException("/words/" + list.problems().getFirst());
        }
        words.addAll(list.words());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (WordListException e) {
        throw new IllegalStateException(e);
      }
    }
    return words;
  }

  /**
   * The shipped words and the operator's. Of a file of which nothing can be taken any more the
   * words that it had before stay.
   */
  WordList all() throws IOException {
    List<Word> words = shipped();
    List<String> problems = new ArrayList<>();
    Map<String, List<Word>> taken = new HashMap<>();
    for (Path file : operatorFiles()) {
      String name = file.getFileName().toString();
      List<Word> ofFile = lastTaken.getOrDefault(name, List.of());
      try {
        WordList list = read(file, name);
        problems.addAll(list.problems());
        ofFile = list.words();
      } catch (WordListException e) {
        problems.add(e.problem());
      }
      words.addAll(ofFile);
      taken.put(name, ofFile);
    }
    lastTaken = taken;
    return new WordList(words, problems);
  }

  private WordList read(Path file, String name) throws IOException, WordListException {
    long size = Files.size(file);
    if (size > WordListReader.MAX_BYTES) {
      throw new WordListException(
          "%s: %d bytes (expected: at most %d)".formatted(name, size, WordListReader.MAX_BYTES));
    }
    return reader.read(name, Files.readAllBytes(file));
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
