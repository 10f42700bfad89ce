package im.hongyan.standalone.service;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/** Keeps from a service the auto-configuration of technologies that only other services bring. */
public final class OwnAutoConfigurations
    implements AutoConfigurationImportFilter, EnvironmentAware {
  /** The property that lists the {@link Technology technologies} of a service. */
  static final String BRINGS = "hongyan.standalone.brings";

  private Set<Technology> brings = EnumSet.allOf(Technology.class);

  @Override
  public void setEnvironment(Environment environment) {
    Technology[] named = environment.getProperty(BRINGS, Technology[].class);
    if (named != null) {
      brings = EnumSet.noneOf(Technology.class);
      brings.addAll(Set.of(named));
    }
  }

  @Override
  public boolean[] match(@Nullable String[] names, AutoConfigurationMetadata metadata) {
    boolean[] taken = new boolean[names.length];
    for (int i = 0; i < names.length; i++) {
      String name = names[i];
      taken[i] = name != null && isOwn(name);
    }
    return taken;
  }

  private boolean isOwn(String autoConfiguration) {
    Optional<Technology> technology = Technology.of(autoConfiguration);
    return technology.isEmpty() || brings.contains(technology.get());
  }
}
