package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.Model;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.Diagnostic.Kind;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaCompiler.CompilationTask;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import org.eclipse.jdt.internal.compiler.tool.EclipseCompiler;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor in Eclipse's compiler, whose model of annotations and places is another one. */
class EcjTest {
  private static final String DIGITS =
      """
      package p;
      import dev.sinter.*;
      @Network(input = {1, 8, 8}, weights = "w.safetensors")
      final class Digits {
        @Conv(padding = 1) Layer conv1;
        @BatchNorm
        Layer bn1;
        @Activation(Activation.Function.RELU) Layer relu1;
        @MaxPool(kernel = 8) Layer pool1;
        @Flatten Layer features;
        @Linear Layer fc;
        @Add({"fc", "features"}) Layer sum;
        @Softmax Layer probabilities;
      }
      """;

  private static final String EDITED =
      DIGITS
          .replace(
              "@Conv(padding = 1) Layer conv1",
              "@Conv(padding = 1, stride = 2, weights = \"conv1\") Layer stem")
          .replace("kernel = 8", "kernel = 4");

  private static final String OTHER = DIGITS.replace("Digits", "Other");

  private static final String USER =
      "package p; final class User { dev.sinter.Model model = SinteredDigits.load(); }";

  @TempDir private Path folder;

  /** The classes that each generated file came of. */
  private final Map<String, String> origins = new TreeMap<>();

  private final DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();

  @BeforeEach
  void writeWeights() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 4, 1, 3, 3)
        .norm("bn1", 4)
        .tensor("fc.weight", 4, 4)
        .write(folder.resolve("sources/p/w.safetensors"));
  }

  @Test
  void generatesWhatItGeneratesInJavac() throws IOException {
    assertWithMessage("%s", diagnostics.getDiagnostics()).that(compile(DIGITS)).isTrue();
    assertThat(said(Kind.NOTE)).hasSize(1);
    assertThat(said(Kind.NOTE).get(0)).startsWith("4 [Sinter] Digits: 1 of 1 BatchNorm folded, ");
    Map<String, byte[]> expected =
        Networks.files(
            Networks.compile(
                folder.resolve("sources"), List.of(), Networks.source("p.Digits", DIGITS)));
    try (Stream<Path> files = Files.list(folder.resolve("output/p"))) {
      List<Path> generated = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(generated).hasSize(6);
      for (Path file : generated) {
        String name = file.getFileName().toString();
        assertThat(Files.readAllBytes(file)).isEqualTo(expected.get("p/" + name));
        assertThat(Files.exists(file.resolveSibling(name.replace(".java", ".class")))).isTrue();
      }
    }
  }

  @Test
  void saysMistakesAtTheirLines() throws IOException {
    String wrong =
        DIGITS
            .replace("padding = 1", "padding = -1")
            .replace("\"fc\", \"features\"", "\n\"input\",\n\"feature\"");
    assertThat(compile(wrong)).isFalse();
    assertThat(said(Kind.ERROR))
        .containsExactly(
            "5 [BadValue] padding of 'conv1' is {-1}; it must be {p}, {height, width} or {top, left,"
                + " bottom, right}, none negative.",
            "12 [UnknownLayer] 'sum' reads 'feature', and no field before it has that name. Did you"
                + " mean 'features'? A layer reads fields above it, or \"input\", the network's"
                + " own.")
        .inOrder();
  }

  /**
   * Eclipse compiles what was edited against the classes of all else. It knows which files the
   * edited class had made, by the origin that the processor names for each, and deletes them.
   */
  @Test
  void compilesAgainWhatWasEdited() throws IOException {
    assertThat(compile(Map.of("Digits", DIGITS, "Other", OTHER, "User", USER))).isTrue();
    Map<String, byte[]> before = output();
    assertThat(origins.get("p.SinteredDigits_Conv1")).isEqualTo("[p.Digits]");
    assertThat(Set.copyOf(origins.values())).containsExactly("[p.Digits]", "[p.Other]");
    deleteWhatCameOf("p.Digits");

    assertWithMessage("%s", diagnostics.getDiagnostics())
        .that(compile(Map.of("Digits", EDITED)))
        .isTrue();

    assertThat(Set.copyOf(origins.values())).containsExactly("[p.Digits]");
    Map<String, byte[]> after = output();
    assertThat(after.get("SinteredDigits.java")).isNotEqualTo(before.get("SinteredDigits.java"));
    assertThat(after).containsKey("SinteredDigits_Stem.class");
    for (String kept : List.of("User.class", "Other.class", "SinteredOther.class")) {
      assertThat(after.get(kept)).isEqualTo(before.get(kept));
    }
    Map<String, byte[]> whole = new TreeMap<>();
    clear();
    assertThat(compile(Map.of("Digits", EDITED, "Other", OTHER, "User", USER))).isTrue();
    whole.putAll(output());
    assertThat(after.keySet()).isEqualTo(whole.keySet());
    whole.forEach((name, bytes) -> assertThat(after.get(name)).isEqualTo(bytes));
  }

  /** Where nobody deletes them, this compiler refuses, and the class that is edited says so. */
  @Test
  void saysThatOldClassesAreInTheWay() throws IOException {
    assertThat(compile(Map.of("Digits", DIGITS))).isTrue();
    assertThat(compile(Map.of("Digits", EDITED))).isFalse();
    assertThat(said(Kind.ERROR))
        .containsExactly(
            "4 [CannotWrite] SinteredDigits, generated for 'p.Digits', could not be written: Source"
                + " file already exists : p.SinteredDigits. If you wrote one of this name, rename it;"
                + " if it is left from an older build, delete it; else check that its folder can be"
                + " written.");
  }

  /** All files beside the classes. */
  private Map<String, byte[]> output() throws IOException {
    Map<String, byte[]> output = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("output/p"))) {
      for (Path file : files.toList()) {
        output.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return output;
  }

  private void clear() throws IOException {
    for (String name : output().keySet()) {
      Files.delete(folder.resolve("output/p").resolve(name));
    }
  }

  private void deleteWhatCameOf(String type) throws IOException {
    for (Map.Entry<String, String> file : origins.entrySet()) {
      if (file.getValue().equals("[" + type + "]")) {
        String path = "output/" + file.getKey().replace('.', '/');
        Files.delete(folder.resolve(path + ".java"));
        Files.delete(folder.resolve(path + ".class"));
      }
    }
  }

  private boolean compile(String source) throws IOException {
    return compile(Map.of("Digits", source));
  }

  /** Compiles classes, by their names, against what is compiled already. */
  private boolean compile(Map<String, String> sources) throws IOException {
    origins.clear();
    List<Path> units = new ArrayList<>();
    for (Map.Entry<String, String> source : new TreeMap<>(sources).entrySet()) {
      units.add(folder.resolve("sources/p/" + source.getKey() + ".java"));
      Files.writeString(units.get(units.size() - 1), source.getValue());
    }
    JavaCompiler ecj = new EclipseCompiler();
    try (StandardJavaFileManager files = ecj.getStandardFileManager(null, Locale.ROOT, null)) {
      Path output = Files.createDirectories(folder.resolve("output"));
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(output));
      files.setLocationFromPaths(StandardLocation.SOURCE_OUTPUT, List.of(output));
      files.setLocationFromPaths(
          StandardLocation.CLASS_PATH, List.of(output, Place.of(Model.class)));
      CompilationTask task =
          ecj.getTask(
              Writer.nullWriter(),
              files,
              diagnostics,
              List.of(
                  "-source",
                  "17",
                  "-target",
                  "17",
                  "-Asinter.weights=" + folder.resolve("sources")),
              null,
              files.getJavaFileObjectsFromPaths(units));
      task.setProcessors(List.of(new RecordingProcessor(origins)));
      return task.call();
    }
  }

  /** Each message of Sinter with its line. */
  private List<String> said(Kind kind) {
    return diagnostics.getDiagnostics().stream()
        .filter(d -> d.getKind() == kind && Marked.problem(d).isPresent())
        .map(EcjTest::line)
        .toList();
  }

  private static String line(Diagnostic<?> diagnostic) {
    return diagnostic.getLineNumber() + " " + diagnostic.getMessage(Locale.ROOT);
  }
}
