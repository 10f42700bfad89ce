package im.hongyan.push.sync;

import im.hongyan.identity.Caller;
import im.hongyan.model.HongyanException;
import im.hongyan.push.outbox.MissedPushes;
import im.hongyan.push.reading.ReadPosition;
import im.hongyan.push.reading.ReadPositions;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Everything that a device has missed, in the order of its user's outbox, whether another device
 * has acknowledged it or not. It acknowledges nothing.
 */
@RestController
class SyncController {
  private static final int MAX_LIMIT = 500;
  private static final int MAX_READS = 1_000;

  /** Times are those of several servers: what was told already may be told again. */
  private static final long CLOCKS_DIFFER_MILLIS = 60_000;

  private final MissedPushes pushes;
  private final ReadPositions positions;
  private final JsonMapper mapper = JsonMapper.builder().build();

  SyncController(MissedPushes pushes, ReadPositions positions) {
    this.pushes = pushes;
    this.positions = positions;
  }

  /** What stands behind {@code after}; without it nothing, but where everything ends now. */
  @GetMapping(path = "/api/v1/sync", produces = MediaType.APPLICATION_JSON_VALUE)
  byte[] sync(
      Caller caller,
      @RequestParam(name = "after", required = false) @Nullable String after,
      @RequestParam(name = "limit", defaultValue = "100") int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw HongyanException.badRequest("limit: %d (expected: 1 to %d)", limit, MAX_LIMIT);
    }
    if (after == null) {
      long end = pushes.end(caller.user());
      return write(new MissedPushes.Part(List.of(), end, false), List.of(), new SyncCursor(end, 0));
    }
    SyncCursor from = SyncCursor.parse(after);
    MissedPushes.Part part = pushes.after(caller.user(), from.place(), limit);
    // Not before all messages are there that they speak of.
    List<ReadPosition> read =
        part.more()
            ? List.of()
            : positions.since(
                caller.user(), Math.max(0, from.reads() - CLOCKS_DIFFER_MILLIS), MAX_READS);
    return write(part, read, new SyncCursor(part.next(), newest(read, from.reads())));
  }

  private static long newest(List<ReadPosition> read, long before) {
    return read.isEmpty() ? before : Math.max(before, read.getLast().updatedAt());
  }

  private byte[] write(MissedPushes.Part part, List<ReadPosition> read, SyncCursor next) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator json = mapper.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("events");
      for (byte[] push : part.pushes()) {
        json.writeRawValue(new String(push, StandardCharsets.UTF_8));
      }
      json.writeEndArray();
      json.writeArrayPropertyStart("reads");
      for (ReadPosition position : read) {
        json.writeStartObject();
        json.writeStringProperty("session", position.session().value());
        json.writeNumberProperty("seq", position.seq());
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeStringProperty("next", next.toString());
      json.writeBooleanProperty("more", part.more());
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }
}
