package im.hongyan.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArchitectureRulesTest {
  private static final JavaClasses BAD = new ClassFileImporter().importPackages("im.hongyan.push");
  private static final JavaClasses GOOD = new ClassFileImporter().importPackages("im.hongyan.file");
  private static final JavaClasses OWN =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("im.hongyan.testsupport");

  @Test
  void cyclesOfFeaturesAreFound() {
    assertBroken(ArchitectureRules.FEATURES_ARE_FREE_OF_CYCLES, "alpha", "beta");
  }

  @Test
  void theInsideOfAnotherServiceIsFound() {
    assertBroken(ArchitectureRules.SERVICES_DO_NOT_KNOW_ONE_ANOTHER, "people.Person");
  }

  @Test
  void emptyNamesAreFound() {
    assertBroken(ArchitectureRules.NAMES_SAY_SOMETHING, "PushHelper");
  }

  @Test
  void straysInTheBasePackageAreFound() {
    assertBroken(ArchitectureRules.THE_APPLICATION_IS_ALONE_IN_ITS_BASE_PACKAGE, "Stray");
  }

  @Test
  void sleepingPrintingAndAskingTheSystemForTheTimeAreFound() {
    assertBroken(ArchitectureRules.NO_SLEEP, "Thread.sleep");
    assertBroken(ArchitectureRules.NO_STANDARD_STREAMS, "System.out");
    assertBroken(
        ArchitectureRules.TIME_COMES_FROM_A_CLOCK,
        "Instant.now()",
        "System.currentTimeMillis()",
        "java.util.Date");
  }

  @Test
  void packagesWithoutNullMarkAreFound() {
    assertBroken(ArchitectureRules.PACKAGES_ARE_NULL_MARKED, "im.hongyan.push.beta");
  }

  @Test
  void cleanCodeKeepsToEveryRule() throws Exception {
    for (ArchRule rule : rules()) {
      rule.check(GOOD);
      rule.check(OWN);
    }
  }

  @Test
  void foreignDependenciesAreFound() {
    ArchRule onlyTheJdk = ArchitectureRules.dependsOnlyOn("im.hongyan.push..");
    assertBroken(onlyTheJdk, "people.Person");
  }

  private static void assertBroken(ArchRule rule, String... names) {
    EvaluationResult result = rule.evaluate(BAD);
    assertThat(result.hasViolation()).isTrue();
    assertThat(result.getFailureReport().toString()).contains(names);
  }

  private static List<ArchRule> rules() throws IllegalAccessException {
    List<ArchRule> rules = new ArrayList<>();
    for (Field field : ArchitectureRules.class.getFields()) {
      if (field.isAnnotationPresent(ArchTest.class)) {
        rules.add((ArchRule) field.get(null));
      }
    }
    assertThat(rules).hasSizeGreaterThan(8);
    return rules;
  }
}
