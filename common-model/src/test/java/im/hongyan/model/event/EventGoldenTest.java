package im.hongyan.model.event;

import static im.hongyan.model.Golden.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import im.hongyan.model.Golden;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.UserStatus;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EventGoldenTest {

  static Set<String> sessionEvents() {
    return names(SessionEvent.class);
  }

  static Set<String> receiverEvents() {
    return names(ReceiverEvent.class);
  }

  @Test
  void everyEventHasAGoldenFileAndEveryFileAnEvent() {
    Set<String> all = new TreeSet<>(sessionEvents());
    all.addAll(receiverEvents());
    all.addAll(names(PresenceEvent.class));
    assertThat(Golden.names("event")).isEqualTo(all);
  }

  @Test
  void everyRecordHasAName() {
    for (Class<?> events :
        new Class<?>[] {SessionEvent.class, ReceiverEvent.class, PresenceEvent.class}) {
      Set<Class<?>> named =
          Arrays.stream(events.getAnnotation(JsonSubTypes.class).value())
              .map(JsonSubTypes.Type::value)
              .collect(Collectors.toSet());
      Set<Class<?>> known =
          Arrays.stream(events.getPermittedSubclasses())
              .filter(type -> !type.getSimpleName().equals("Unknown"))
              .collect(Collectors.toSet());
      assertThat(named).isEqualTo(known);
    }
  }

  @ParameterizedTest
  @MethodSource("sessionEvents")
  void sessionEventsAreReadAndWrittenAsTheyAre(String name) {
    SessionEvent event = Golden.roundTrip("event", name, SessionEvent.class);

    assertThat(event.session()).isEqualTo(new SessionId("sAbC123"));
    assertThat(
            JSON.treeToValue(
                Golden.read("event", name).put("later", "version"), SessionEvent.class))
        .isEqualTo(event);
  }

  @ParameterizedTest
  @MethodSource("receiverEvents")
  void receiverEventsAreReadAndWrittenAsTheyAre(String name) {
    ReceiverEvent event = Golden.roundTrip("event", name, ReceiverEvent.class);

    assertThat(event).isNotInstanceOf(ReceiverEvent.Unknown.class);
    assertThat(
            JSON.treeToValue(
                Golden.read("event", name).put("later", "version"), ReceiverEvent.class))
        .isEqualTo(event);
  }

  @Test
  void presenceEventsAreReadAndWrittenAsTheyAre() {
    assertThat(Golden.roundTrip("event", "status_changed", PresenceEvent.class))
        .isEqualTo(new PresenceEvent.StatusChanged(new UserId("bob"), UserStatus.BUSY));
    assertThat(JSON.readValue("{\"event\":\"later\",\"x\":{}}", PresenceEvent.class))
        .isEqualTo(new PresenceEvent.Unknown());
  }

  @Test
  void eventsOfALaterVersionAreUnknown() {
    assertThat(
            JSON.readValue("{\"event\":\"later\",\"session\":\"s1\",\"x\":{}}", SessionEvent.class))
        .isEqualTo(new SessionEvent.Unknown(new SessionId("s1")));
    assertThat(JSON.readValue("{\"event\":\"later\",\"x\":{}}", ReceiverEvent.class))
        .isEqualTo(new ReceiverEvent.Unknown());
  }

  private static Set<String> names(Class<?> events) {
    return Arrays.stream(events.getAnnotation(JsonSubTypes.class).value())
        .map(JsonSubTypes.Type::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
