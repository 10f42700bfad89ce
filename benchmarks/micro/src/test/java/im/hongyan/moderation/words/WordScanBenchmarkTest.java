package im.hongyan.moderation.words;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.moderation.verdict.Verdict;
import org.junit.jupiter.api.Test;

class WordScanBenchmarkTest {
  @Test
  void onlyTextsWithAListedWordAreMasked() {
    WordScanBenchmark scan = new WordScanBenchmark();

    assertThat(scan.words()).isGreaterThanOrEqualTo(50_000);
    assertThat(scan.chinese()).isEqualTo(Verdict.Pass.PASS);
    assertThat(scan.ascii()).isEqualTo(Verdict.Pass.PASS);
    assertThat(masked(scan.chineseHit())).hasSize(60).contains("**");
    assertThat(masked(scan.asciiHit())).hasSize(1024).contains("*****");
  }

  private static String masked(Verdict verdict) {
    return verdict instanceof Verdict.Mask mask ? String.valueOf(mask.deal().text()) : "";
  }
}
