package im.hongyan.push.history;

import im.hongyan.model.UserId;
import im.hongyan.push.message.Reaction;
import im.hongyan.push.message.StoredMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/** Writes a page of messages; their content is JSON already. */
final class HistoryJson {
  private final JsonMapper mapper = JsonMapper.builder().build();

  /**
   * {@code {"messages":[...]}}; a recalled or rejected message keeps its place but not its content.
   */
  byte[] write(List<StoredMessage> page, UserId reader) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 * (page.size() + 1));
    try (JsonGenerator json = mapper.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeArrayPropertyStart("messages");
      page.forEach(message -> write(json, message, reader));
      json.writeEndArray();
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator json, StoredMessage message, UserId reader) {
    json.writeStartObject();
    json.writeStringProperty("messagerecvId", message.id().value());
    String clientMsgId = message.clientMsgId();
    if (clientMsgId != null && message.sender().equals(reader)) {
      json.writeStringProperty("clientMsgId", clientMsgId);
    }
    json.writeStringProperty("session", message.session().value());
    json.writeNumberProperty("seq", message.seq());
    json.writeStringProperty("sender", message.sender().value());
    if (message.cancelled()) {
      json.writeBooleanProperty("cancel", true);
    } else if (message.rejected() && !message.sender().equals(reader)) {
      json.writeBooleanProperty("rejected", true);
    } else {
      json.writeName("content");
      json.writeRawValue(new String(message.content().utf8(), StandardCharsets.UTF_8));
    }
    json.writeNumberProperty("expire", message.expire());
    json.writeNumberProperty("createdAt", message.createdAt());
    if (message.editedAt() != 0) {
      json.writeNumberProperty("editedAt", message.editedAt());
    }
    if (!message.cancelled() && !message.reactions().isEmpty()) {
      writeReactions(json, message.reactions());
    }
    json.writeEndObject();
  }

  /** Those who reacted, by reaction; the oldest comes first. */
  private static void writeReactions(JsonGenerator json, List<Reaction> reactions) {
    Map<String, List<UserId>> users = new LinkedHashMap<>();
    for (Reaction reaction : reactions) {
      users.computeIfAbsent(reaction.reaction(), key -> new ArrayList<>()).add(reaction.user());
    }
    json.writeArrayPropertyStart("reactions");
    users.forEach(
        (reaction, who) -> {
          json.writeStartObject();
          json.writeStringProperty("reaction", reaction);
          json.writeArrayPropertyStart("users");
          who.forEach(user -> json.writeString(user.value()));
          json.writeEndArray();
          json.writeEndObject();
        });
    json.writeEndArray();
  }
}
