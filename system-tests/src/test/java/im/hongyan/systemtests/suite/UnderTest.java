package im.hongyan.systemtests.suite;

import im.hongyan.local.LocalMosquitto;
import im.hongyan.local.LocalRabbit;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests the system under test on a scratch folder and free ports: started once for all tests
 * of a run, stopped at its end.
 */
public final class UnderTest implements BeforeEachCallback, ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(UnderTest.class);

  /** Before anything is started: what a missing program skips here would be a failure there. */
  @Override
  public void beforeEach(ExtensionContext context) {
    switch (Backends.wanted()) {
      case EMBEDDED -> {}
      case MOSQUITTO -> {
        ExternalTool.needs(LocalRabbit.isInstalled(), "RabbitMQ", "rabbitmq-server");
        ExternalTool.needs(LocalMosquitto.isInstalled(), "mosquitto", "mosquitto");
      }
      case RABBITMQ -> ExternalTool.needs(LocalRabbit.isInstalled(), "RabbitMQ", "rabbitmq-server");
      case CONTAINERS -> ExternalTool.needsDocker();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Suite.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return suite(context);
  }

  /** The system under test, for other extensions; started if no test has needed it yet. */
  public static Suite suite(ExtensionContext context) {
    Backends wanted = Backends.wanted();
    Object started =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .computeIfAbsent(Suite.class, key -> start(wanted), Object.class);
    if (started instanceof RuntimeException failure) {
      throw failure;
    }
    return (Suite) started;
  }

  /** A suite that does not start fails each test at once, instead of being started for each. */
  private static Object start(Backends wanted) {
    try {
      return wanted == Backends.EMBEDDED ? OneProcess.start() : SeparateProcesses.start(wanted);
    } catch (RuntimeException e) {
      return e;
    }
  }
}
