package im.hongyan.moderation.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WordMatcherTest {
  private static final Folding FOLDING = new Folding();
  private static final WordMatcher MATCHER =
      matcher(
          List.of("fuck", "cunt", "shit", "as hole", "傻逼", "法轮功", "абв"),
          List.of("Scunthorpe", "shitake"));

  private static WordMatcher matcher(List<String> masked, List<String> allowed) {
    List<Word> words = new ArrayList<>();
    masked.forEach(word -> words.add(Word.of(FOLDING, word, Word.Kind.MASK)));
    allowed.forEach(word -> words.add(Word.of(FOLDING, word, Word.Kind.ALLOW)));
    return new WordMatcher(FOLDING, words);
  }

  private static String masked(WordMatcher matcher, String text) {
    return matcher.mask(text).map(WordMatcher.Masked::text).orElse(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          what the fuck is this       | what the **** is this
          fuck                        | ****
          FuCk you                    | **** you
          motherfucker                | mother****er
          ｆｕｃｋ                        | ****
          ⓕⓤⓒⓚ                        | ****
          𝐟𝐮𝐜𝐤 off                    | **** off
          fúčk                        | ****
          fu\u0301ck                  | *****
          f\u200bu\u200bc\u200bk      | *******
          f\u00adu\u2060ck            | ******
          f.u.c.k                     | *******
          f.uck it                    | ***** it
          f-u_c*k!                    | *******!
          f u c k                     | *******
          say f u c k!                | say *******!
          f\u3000u\u00a0c k           | *******
          fuсk                        | ****
          ѕhіt                        | ****
          fucKfuck                    | ********
          you as hole                 | you *******
          you ashole                  | you ******
          你是傻逼吗                       | 你是**吗
          傻 逼                         | ***
          傻★逼                         | ***
          傻\u200b逼                    | ***
          法輪功                         | ***
          法 輪-功                       | *****
          АБВ                         | ***
          Scunthorpe fuck             | Scunthorpe ****
          cunt Scunthorpe             | **** Scunthorpe
          shit, shitake               | ****, shitake
          """)
  void hitsAreMaskedThroughEvasions(String text, String expected) {
    assertThat(masked(MATCHER, text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hello world",
        "push it",
        "pass.hit",
        "wash it, please",
        "if u c kate, say hi",
        "SCUNTHORPE",
        "ｓｃｕｎｔｈｏｒｐｅ",
        "he was hole in one",
        "傻瓜，逼近",
        "",
        "🙂🙂",
        "*** ---",
        "\uD83D",
        "مرحبا नमस्ते 안녕하세요 こんにちは",
      })
  void innocentTextStays(String text) {
    assertThat(MATCHER.mask(text)).isEmpty();
  }

  @Test
  void rulesAreTheWordsAsListed() {
    assertThat(MATCHER.mask("FUCK 法輪功 fuck"))
        .hasValueSatisfying(hit -> assertThat(hit.rules()).containsExactly("fuck", "法轮功"));
  }

  @Test
  void allowedWordOverridesTheSameMaskedWord() {
    WordMatcher matcher = matcher(List.of("dick"), List.of("Dick"));
    assertThat(matcher.mask("dick")).isEmpty();
  }

  @Test
  void wordWithinAWordIsFoundBehindAFallback() {
    WordMatcher matcher = matcher(List.of("abcd", "bc"), List.of());
    assertThat(masked(matcher, "xabcx abcd")).isEqualTo("xa**x ****");
  }

  @Test
  void maskingKeepsTheLengthAndTouchesNothingButHits() {
    Random random = new Random(7);
    String alphabet = "ab \u200b傻逼.Ａ法輪🙂é";
    int[] codePoints = alphabet.codePoints().toArray();
    WordMatcher matcher = matcher(List.of("ab", "傻逼", "法轮", "aab", "🙂a"), List.of("bab"));
    for (int round = 0; round < 20_000; round++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(20); length > 0; length--) {
        text.appendCodePoint(codePoints[random.nextInt(codePoints.length)]);
      }
      String original = text.toString();
      String result = masked(matcher, original);
      int[] before = original.codePoints().toArray();
      int[] after = result.codePoints().toArray();
      assertThat(after).as(original).hasSameSizeAs(before);
      for (int i = 0; i < before.length; i++) {
        assertThat(after[i] == before[i] || after[i] == '*').as(original).isTrue();
      }
      if (original.contains("傻逼")) {
        assertThat(result).doesNotContain("傻逼");
      }
    }
  }

  @Test
  void manyWordsAndManyHitsAreMatchedInLinearTime() {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < 50_000; i++) {
      words.add("w" + Integer.toString(i * 7919, 36) + "x");
    }
    words.add("aa");
    WordMatcher matcher = matcher(words, List.of("aaa"));
    String text = "a".repeat(64 * 1024);
    long begin = System.nanoTime();
    assertThat(matcher.mask(text)).isEmpty();
    assertThat(System.nanoTime() - begin).isLessThan(1_000_000_000L);
    assertThat(masked(matcher, "say w" + Integer.toString(7919 * 49_999, 36) + "x now"))
        .matches("say \\*+ now");
  }
}
