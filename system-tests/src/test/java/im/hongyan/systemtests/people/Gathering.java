package im.hongyan.systemtests.people;

import im.hongyan.systemtests.suite.UnderTest;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives each test its {@link People}, who leave when it ends, however it ends. */
public final class Gathering implements ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(Gathering.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == People.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    // What is kept for a test and can be closed is closed after it.
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(People.class, key -> new People(UnderTest.suite(context)), People.class);
  }
}
