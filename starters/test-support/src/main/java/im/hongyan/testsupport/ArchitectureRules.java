package im.hongyan.testsupport;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_FIELD_INJECTION;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What every module's code keeps to. A module's own test is three lines:
 *
 * <pre>{@code
 * @AnalyzeClasses(packages = "im.hongyan.push", importOptions = DoNotIncludeTests.class)
 * class ArchitectureTest {
 *   @ArchTest static final ArchTests RULES = ArchTests.in(ArchitectureRules.class);
 * }
 * }</pre>
 */
public final class ArchitectureRules {
  private static final String ROOT = "im.hongyan.";

  /** The base packages of the services. */
  private static final Set<String> SERVICES =
      Set.of("gateway", "auth", "session", "ingest", "moderation", "push", "file", "media");

  /** Packages of a service's name that belong to its client module, which others may use. */
  private static final String CLIENT = "client";

  private static final Set<String> NAMELESS =
      Set.of(
          "util",
          "utils",
          "helper",
          "helpers",
          "constant",
          "constants",
          "manager",
          "managers",
          "impl",
          "base");

  private static final Pattern CAMEL_CASE_WORD =
      Pattern.compile("[A-Z]+(?![a-z0-9])|[A-Z][a-z0-9]*|[a-z0-9]+");

  private static final Set<String> WAYS_TO_SLEEP =
      Set.of("java.lang.Thread.sleep", "java.util.concurrent.TimeUnit.sleep");

  private static final Set<String> REACTIVE =
      Set.of("reactor.core.publisher.Mono", "reactor.core.publisher.Flux");

  /** Feature packages of a module use one another in one direction. */
  @ArchTest
  public static final ArchRule FEATURES_ARE_FREE_OF_CYCLES =
      slices().assignedFrom(features()).should().beFreeOfCycles().allowEmptyShould(true);

  /** A service knows others by their events and their client modules alone. */
  @ArchTest
  public static final ArchRule SERVICES_DO_NOT_KNOW_ONE_ANOTHER =
      classes().should(notUseOtherServices()).allowEmptyShould(true);

  /** A name says what a thing is for. */
  @ArchTest
  public static final ArchRule NAMES_SAY_SOMETHING =
      classes()
          .should(haveNamesThatSaySomething())
          .because("util, helper, constants, manager, impl and base say nothing")
          .allowEmptyShould(true);

  /** Everything else of a service belongs to a feature. */
  @ArchTest
  public static final ArchRule THE_APPLICATION_IS_ALONE_IN_ITS_BASE_PACKAGE =
      classes()
          .that(areInTheBasePackageOfAService())
          .should(beTheApplication())
          .allowEmptyShould(true);

  /** Feign blocks, and an event loop must not. */
  @ArchTest
  public static final ArchRule FEIGN_IS_NOT_CALLED_IN_REACTIVE_METHODS =
      classes().should(notCallFeignWhereReactive()).allowEmptyShould(true);

  /** Main code logs, or writes to a stream that it was given. */
  @ArchTest
  public static final ArchRule NO_STANDARD_STREAMS =
      noClasses().should(ACCESS_STANDARD_STREAMS).allowEmptyShould(true);

  /** Whoever waits waits for something. */
  @ArchTest
  public static final ArchRule NO_SLEEP =
      classes()
          .should(notCall("sleep", call -> WAYS_TO_SLEEP.contains(nameOf(call))))
          .allowEmptyShould(true);

  /** Wall-clock time comes from an injected {@code Clock}; {@code System.nanoTime} may be used. */
  @ArchTest
  public static final ArchRule TIME_COMES_FROM_A_CLOCK =
      classes()
          .should(notCall("ask the system's clock", ArchitectureRules::asksTheSystemsClock))
          .andShould(notMakeDatesOfNow())
          .allowEmptyShould(true);

  /** Every package is null-marked and says what it is for. */
  @ArchTest
  public static final ArchRule PACKAGES_ARE_NULL_MARKED =
      classes().should(liveInANullMarkedPackage()).allowEmptyShould(true);

  /** Constructors show what a class needs. */
  @ArchTest
  public static final ArchRule NO_FIELD_INJECTION =
      NO_CLASSES_SHOULD_USE_FIELD_INJECTION.allowEmptyShould(true);

  /** One logging front end: SLF4J. */
  @ArchTest
  public static final ArchRule NO_JAVA_UTIL_LOGGING =
      NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.allowEmptyShould(true);

  private ArchitectureRules() {}

  /**
   * A module that may depend on these packages alone; {@code java..} is always among them.
   *
   * @param packages in ArchUnit's notation, such as {@code im.hongyan.model..}
   */
  public static ArchRule dependsOnlyOn(String... packages) {
    String[] allowed = Arrays.copyOf(packages, packages.length + 1);
    allowed[packages.length] = "java..";
    return classes().should().onlyDependOnClassesThat().resideInAnyPackage(allowed);
  }

  private static SliceAssignment features() {
    return new SliceAssignment() {
      @Override
      public SliceIdentifier getIdentifierOf(JavaClass type) {
        return module(type)
            .map(module -> SliceIdentifier.of(module, feature(type)))
            .orElseGet(SliceIdentifier::ignore);
      }

      @Override
      public String getDescription() {
        return "the feature packages of a module";
      }
    };
  }

  private static ArchCondition<JavaClass> notUseOtherServices() {
    return new ArchCondition<>("not use the packages of another service") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        Optional<String> own = service(type);
        if (own.isEmpty()) {
          return;
        }
        for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
          Optional<String> other = service(dependency.getTargetClass().getBaseComponentType());
          if (other.isPresent() && !other.equals(own)) {
            events.add(SimpleConditionEvent.violated(type, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> haveNamesThatSaySomething() {
    return new ArchCondition<>("have names that say something") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean nameless =
            CAMEL_CASE_WORD
                .matcher(type.getSimpleName())
                .results()
                .map(MatchResult::group)
                .map(word -> word.toLowerCase(Locale.ROOT))
                .anyMatch(NAMELESS::contains);
        boolean inNamelessPackage =
            Arrays.stream(type.getPackageName().split("\\.")).anyMatch(NAMELESS::contains);
        if (nameless || inNamelessPackage) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getName() + " has a name that says nothing"));
        }
      }
    };
  }

  private static DescribedPredicate<JavaClass> areInTheBasePackageOfAService() {
    return DescribedPredicate.describe(
        "are in the base package of a service",
        type -> service(type).isPresent() && feature(type).isEmpty());
  }

  private static ArchCondition<JavaClass> beTheApplication() {
    return new ArchCondition<>("be the application class") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        JavaClass outermost = type;
        while (outermost.getEnclosingClass().isPresent()) {
          outermost = outermost.getEnclosingClass().get();
        }
        boolean application =
            outermost.isAnnotatedWith(
                    "org.springframework.boot.autoconfigure.SpringBootApplication")
                || outermost.isAnnotatedWith("org.springframework.boot.SpringBootConfiguration");
        if (!application && !outermost.getSimpleName().equals("package-info")) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getName() + " is in the base package and is not the application"));
        }
      }
    };
  }

  private static ArchCondition<JavaClass> notCallFeignWhereReactive() {
    return new ArchCondition<>("not call Feign clients from methods that return Mono or Flux") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        for (JavaMethodCall call : type.getMethodCallsFromSelf()) {
          JavaCodeUnit origin = call.getOrigin();
          boolean feign =
              call.getTargetOwner()
                  .isAnnotatedWith("org.springframework.cloud.openfeign.FeignClient");
          if (feign && REACTIVE.contains(origin.getRawReturnType().getName())) {
            events.add(SimpleConditionEvent.violated(type, call.getDescription()));
          }
        }
      }
    };
  }

  private static ArchCondition<JavaClass> notCall(
      String what, java.util.function.Predicate<JavaMethodCall> forbidden) {
    return new ArchCondition<>("not " + what) {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getMethodCallsFromSelf().stream()
            .filter(forbidden)
            .forEach(
                call -> events.add(SimpleConditionEvent.violated(type, call.getDescription())));
      }
    };
  }

  private static ArchCondition<JavaClass> notMakeDatesOfNow() {
    return new ArchCondition<>("not make a Date of now") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getConstructorCallsFromSelf().stream()
            .filter(call -> call.getTargetOwner().getName().equals("java.util.Date"))
            .filter(call -> call.getTarget().getRawParameterTypes().isEmpty())
            .forEach(
                call -> events.add(SimpleConditionEvent.violated(type, call.getDescription())));
      }
    };
  }

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a package whose package-info is @NullMarked") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        boolean marked =
            type.getPackage()
                .tryGetPackageInfo()
                .map(info -> info.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
                .orElse(false);
        if (!marked) {
          events.add(
              SimpleConditionEvent.violated(
                  type, type.getPackageName() + " has no package-info with @NullMarked"));
        }
      }
    };
  }

  private static boolean asksTheSystemsClock(JavaMethodCall call) {
    String owner = call.getTargetOwner().getName();
    boolean now =
        owner.startsWith("java.time.")
            && call.getName().equals("now")
            && call.getTarget().getRawParameterTypes().isEmpty();
    return now || nameOf(call).equals("java.lang.System.currentTimeMillis");
  }

  private static String nameOf(JavaMethodCall call) {
    return call.getTargetOwner().getName() + "." + call.getName();
  }

  /** The segment of the package that names the module; empty where it is not our code. */
  private static Optional<String> module(JavaClass type) {
    List<String> segments = segments(type);
    return segments.isEmpty() ? Optional.empty() : Optional.of(segments.getFirst());
  }

  /** The segment of the package that names the feature; an empty string in the base package. */
  private static String feature(JavaClass type) {
    List<String> segments = segments(type);
    return segments.size() < 2 ? "" : segments.get(1);
  }

  /** The service whose inside this is; empty for libraries and client modules. */
  private static Optional<String> service(JavaClass type) {
    return module(type).filter(SERVICES::contains).filter(name -> !feature(type).equals(CLIENT));
  }

  private static List<String> segments(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith(ROOT)
        ? Arrays.asList(name.substring(ROOT.length()).split("\\."))
        : List.of();
  }
}
