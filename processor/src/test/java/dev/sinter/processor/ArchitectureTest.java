package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The house's table of packages, and its rules, held against the class files. */
final class ArchitectureTest {
  private static final String ROOT = "dev.sinter.processor";
  private static final String JAVAPOET = "com.palantir.javapoet";
  private static final String AUTO = "com.google.auto.common";

  /** What auto-common gives. */
  private static final String GUAVA = "com.google.common.collect";

  private static final String PROTOBUF = "com.google.protobuf..";
  private static final String ONNX = "ai.onnx.proto..";
  private static final String GSON = "com.google.gson..";
  private static final String PICOCLI = "picocli..";
  private static final String MODEL = "javax.lang.model..";

  /** What each package may use beside itself, java.base and the annotations of jspecify. */
  private static final Map<String, Set<String>> MAY_USE =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("declaration", Set.of("diagnostic", MODEL, AUTO, GUAVA)),
              Map.entry("weights", Set.of("ir", "diagnostic", GSON, PROTOBUF, ONNX)),
              Map.entry("layer", Set.of("declaration", "weights", "ir", "diagnostic")),
              Map.entry("onnx", Set.of("weights", "ir", "diagnostic", PROTOBUF, ONNX)),
              Map.entry("ir", Set.of()),
              Map.entry("fold", Set.of("ir")),
              Map.entry("verify", Set.of("ir")),
              Map.entry("plan", Set.of("ir")),
              Map.entry("emit", Set.of("ir", "plan", JAVAPOET, "javax.lang.model.element")),
              Map.entry("quantize", Set.of("ir", "verify")),
              Map.entry("report", Set.of("ir", "fold", "verify", "plan", "quantize", GSON)),
              Map.entry("diagnostic", Set.of(MODEL)),
              Map.entry("scaffold", Set.of("ir", "onnx", "diagnostic")),
              Map.entry(
                  "cli",
                  Set.of(
                      "weights",
                      "onnx",
                      "ir",
                      "fold",
                      "verify",
                      "report",
                      "scaffold",
                      "diagnostic",
                      PICOCLI))));

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT);

  static Set<String> packages() {
    return MAY_USE.keySet();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packageUsesWhatTheTableAllows(String name) {
    noClasses()
        .that()
        .resideInAPackage(packageOf(name))
        .should()
        .dependOnClassesThat(not(resideInAnyPackage(allowed(name))))
        .check(CLASSES);
  }

  @Test
  void everyPackageStandsInTheTable() {
    assertThat(
            CLASSES.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> !name.equals(ROOT))
                .map(name -> name.substring(ROOT.length() + 1))
                .filter(name -> !MAY_USE.containsKey(name)))
        .isEmpty();
  }

  @Test
  void noPackageUsesTheRoot() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + ".*")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching(ROOT + ".(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** The root hands on what emit makes and the name of an annotation. */
  @Test
  void rootUsesNoMoreOfJavaPoetThanItHandsOn() {
    assertThat(used(ROOT, JAVAPOET)).isEqualTo(Set.of("ClassName", "JavaFile", "TypeSpec"));
  }

  /** JavaPoet takes modifiers as javac's. */
  @Test
  void emitUsesNothingOfJavacButModifiers() {
    assertThat(used(ROOT + ".emit", "javax.lang.model.element")).isEqualTo(Set.of("Modifier"));
  }

  @Test
  void everyPackageIsNullMarked() {
    JavaPackage root = CLASSES.getPackage(ROOT);
    Stream.concat(Stream.of(root), root.getSubpackagesInTree().stream())
        .forEach(
            p -> assertWithMessage(p.getName()).that(p.isAnnotatedWith(NullMarked.class)).isTrue());
  }

  @Test
  void nothingIsCalledUtil() {
    noClasses().should().haveNameMatching("(?i).*util.*").check(CLASSES);
  }

  @Test
  void noStaticFieldCanBeSet() {
    fields().that().areStatic().should().beFinal().check(CLASSES);
  }

  private static String packageOf(String name) {
    return ROOT + "." + name;
  }

  private static String[] allowed(String name) {
    Stream<String> always =
        Stream.concat(
            Stream.of(packageOf(name), "org.jspecify.annotations"),
            Object.class.getModule().getPackages().stream().filter(p -> p.startsWith("java.")));
    Stream<String> listed =
        MAY_USE.get(name).stream().map(used -> MAY_USE.containsKey(used) ? packageOf(used) : used);
    return Stream.concat(always, listed).toArray(String[]::new);
  }

  /** The simple names of the classes that one package uses of another. */
  private static Set<String> used(String from, String of) {
    return CLASSES.stream()
        .filter(resideInAPackage(from))
        .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
        .map(dependency -> dependency.getTargetClass())
        .filter(resideInAPackage(of))
        .map(JavaClass::getSimpleName)
        .collect(Collectors.toSet());
  }
}
