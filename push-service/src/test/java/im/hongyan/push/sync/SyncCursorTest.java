package im.hongyan.push.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.model.HongyanException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SyncCursorTest {
  @Test
  void aCursorComesBackAsItWasWritten() {
    SyncCursor cursor = new SyncCursor(7, 1_767_225_600_000L);

    assertThat(SyncCursor.parse(cursor.toString())).isEqualTo(cursor);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "7-", "-7-1", "7--1", "a-b", "1-2-3", "99999999999999999999-1"})
  void nonsenseIsRefused(String text) {
    assertThatThrownBy(() -> SyncCursor.parse(text))
        .isInstanceOf(HongyanException.class)
        .hasMessageContaining("after: ");
  }
}
