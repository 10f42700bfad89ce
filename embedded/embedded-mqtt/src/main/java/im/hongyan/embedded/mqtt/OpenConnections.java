package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.client.parameter.ConnectionInformation;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known about each connection. Not by client id: while a connection is taken over, there
 * are two of one client id.
 */
final class OpenConnections {
  private static final String ATTRIBUTE = "hongyan.connection";

  /** By the id that the connection carries; an entry lives until the connection's end is heard. */
  private final Map<String, Admitted> byId = new ConcurrentHashMap<>();

  void admit(ConnectionInformation information, Admitted admitted) {
    byId.put(admitted.connection().id(), admitted);
    information.getConnectionAttributeStore().putAsString(ATTRIBUTE, admitted.connection().id());
  }

  @Nullable Admitted find(ConnectionInformation information) {
    return id(information).map(byId::get).orElse(null);
  }

  @Nullable Admitted remove(ConnectionInformation information) {
    return id(information).map(byId::remove).orElse(null);
  }

  int size() {
    return byId.size();
  }

  private static Optional<String> id(ConnectionInformation information) {
    return information.getConnectionAttributeStore().getAsString(ATTRIBUTE);
  }
}
