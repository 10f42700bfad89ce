package im.hongyan.moderation.words;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldingTest {
  private static final String SALLALLAHOU = "\uFDFA";

  private final Map<Integer, Integer> computed = new HashMap<>();
  private final FoldingRules rules = new FoldingRules();
  private final Folding folding =
      new Folding(
          codePoint -> {
            computed.merge(codePoint, 1, Integer::sum);
            return rules.fold(codePoint);
          });

  @ParameterizedTest
  @ValueSource(strings = {"a", "ﬃ", SALLALLAHOU, "𝐟", "🙂", "𠀀", "🄴", "\uDBFF\uDFFF", "\uD83D"})
  void characterIsComputedOnceHoweverOftenAMessageHasIt(String character) {
    FoldedText.of(folding, character.repeat(1000));
    FoldedText.of(folding, character.repeat(1000));
    assertThat(computed).containsExactly(Map.entry(character.codePointAt(0), 1));
  }

  @Test
  void noCharacterMakesATextManyTimesLonger() {
    assertThat(FoldedText.of(folding, SALLALLAHOU).length()).isEqualTo(Folding.MAX_EXPANSION);
    assertThat(FoldedText.of(folding, "㍿㌖ﬃ").toString()).isEqualTo("株式会社キロメートルffi");
  }

  @Test
  void onlyOneLigatureIsCutShort() {
    assertThat(
            IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .filter(codePoint -> rules.fold(codePoint).length() > Folding.MAX_EXPANSION))
        .containsExactly(SALLALLAHOU.codePointAt(0));
  }
}
