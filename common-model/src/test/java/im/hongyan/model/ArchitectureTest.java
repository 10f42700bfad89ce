package im.hongyan.model;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.ArchTests;
import com.tngtech.archunit.lang.ArchRule;
import im.hongyan.testsupport.ArchitectureRules;

@AnalyzeClasses(packages = "im.hongyan.model", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest static final ArchTests RULES = ArchTests.in(ArchitectureRules.class);

  @ArchTest
  static final ArchRule KNOWS_THE_JDK_JSPECIFY_AND_JACKSONS_ANNOTATIONS_ALONE =
      ArchitectureRules.dependsOnlyOn(
          "im.hongyan.model..", "org.jspecify.annotations", "com.fasterxml.jackson.annotation");
}
