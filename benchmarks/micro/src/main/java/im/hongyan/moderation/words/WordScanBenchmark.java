package im.hongyan.moderation.words;

import im.hongyan.model.wire.Content;
import im.hongyan.moderation.verdict.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A text's search for 50,000 listed words, half of them Chinese. Texts are made of the characters
 * that words are made of, so that the search is often led on.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class WordScanBenchmark {
  private static final int WORDS = 50_000;
  private static final int CHINESE_LENGTH = 60;
  private static final int ASCII_LENGTH = 1024;

  /** As many ideographs as most texts get along with. */
  private static final int IDEOGRAPHS = 3_000;

  private static final char FIRST_IDEOGRAPH = '\u4e00';

  /** The same words and texts in every run. */
  private final Random random = new Random(20_260_101);

  private final WordListModerator moderator;
  private final Content chinese;
  private final Content chineseHit;
  private final Content ascii;
  private final Content asciiHit;

  /** Makes the words, and texts of which two have one of them in their middle. */
  public WordScanBenchmark() {
    List<String> chineseWords = words(() -> ideographs(2 + random.nextInt(3)));
    List<String> asciiWords = words(() -> letters(5 + random.nextInt(6)));
    moderator = moderator(chineseWords, asciiWords);
    String plainChinese = innocent(() -> ideographs(CHINESE_LENGTH));
    String plainAscii = innocent(this::sentence);
    chinese = Content.ofText(plainChinese);
    chineseHit = Content.ofText(middle(plainChinese, chineseWords.getFirst()));
    ascii = Content.ofText(plainAscii);
    asciiHit = Content.ofText(middle(plainAscii, " " + asciiWords.getFirst() + " "));
  }

  /** 60 ideographs with nothing to mask. */
  @Benchmark
  public Verdict chinese() {
    return moderator.moderate(chinese);
  }

  /** 60 ideographs, some of which are masked. */
  @Benchmark
  public Verdict chineseHit() {
    return moderator.moderate(chineseHit);
  }

  /** 1 KiB of ASCII with nothing to mask. */
  @Benchmark
  public Verdict ascii() {
    return moderator.moderate(ascii);
  }

  /** 1 KiB of ASCII, a word of which is masked. */
  @Benchmark
  public Verdict asciiHit() {
    return moderator.moderate(asciiHit);
  }

  int words() {
    return moderator.words();
  }

  private static WordListModerator moderator(List<String> chinese, List<String> ascii) {
    try {
      Path folder = Files.createTempDirectory("hongyan-words-");
      Path chineseFile = Files.write(folder.resolve("mask-chinese.txt"), chinese);
      Path asciiFile = Files.write(folder.resolve("mask-ascii.txt"), ascii);
      Folding folding = new Folding();
      WordListModerator loaded =
          new WordListModerator(folding, new WordListFolder(new WordListReader(folding), folder));
      Files.delete(chineseFile);
      Files.delete(asciiFile);
      Files.delete(folder);
      return loaded;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> words(Supplier<String> word) {
    Set<String> words = new LinkedHashSet<>();
    while (words.size() < WORDS / 2) {
      words.add(word.get());
    }
    return List.copyOf(words);
  }

  private String innocent(Supplier<String> text) {
    while (true) {
      String drawn = text.get();
      if (moderator.moderate(Content.ofText(drawn)) instanceof Verdict.Pass) {
        return drawn;
      }
    }
  }

  /** The text with {@code word} in the place of as many characters in its middle. */
  private static String middle(String text, String word) {
    int begin = (text.length() - word.length()) / 2;
    return text.substring(0, begin) + word + text.substring(begin + word.length());
  }

  private String sentence() {
    StringBuilder text = new StringBuilder(ASCII_LENGTH + 8);
    while (text.length() < ASCII_LENGTH) {
      text.append(letters(2 + random.nextInt(7))).append(' ');
    }
    return text.substring(0, ASCII_LENGTH);
  }

  private String ideographs(int length) {
    return drawn(length, FIRST_IDEOGRAPH, IDEOGRAPHS);
  }

  private String letters(int length) {
    return drawn(length, 'a', 26);
  }

  private String drawn(int length, char first, int choice) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) (first + random.nextInt(choice)));
    }
    return text.toString();
  }
}
