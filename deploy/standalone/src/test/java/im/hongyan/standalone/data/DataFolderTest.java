package im.hongyan.standalone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFolderTest {
  @TempDir Path scratch;

  @Test
  void aFolderIsMadeAndBelongsToOneAtATime() {
    Path folder = scratch.resolve("a/b");

    try (DataFolder mine = DataFolder.take(folder)) {
      assertThat(mine.of("mongo")).isEqualTo(folder.resolve("mongo"));
      assertThatThrownBy(() -> DataFolder.take(folder))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("in use by another process")
          .hasMessageContaining("--data");
    }
    DataFolder.take(folder).close();
  }

  @Test
  void aFolderThatCannotBeMadeIsToldInOneSentence() throws IOException {
    Path file = Files.writeString(scratch.resolve("file"), "not a folder");

    assertThatThrownBy(() -> DataFolder.take(file.resolve("data")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("--data");
  }
}
