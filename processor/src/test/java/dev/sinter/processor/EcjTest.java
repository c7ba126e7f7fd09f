package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

  @TempDir private Path folder;

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

  private boolean compile(String source) throws IOException {
    Path file = folder.resolve("sources/p/Digits.java");
    Files.writeString(file, source);
    JavaCompiler ecj = new EclipseCompiler();
    try (StandardJavaFileManager files = ecj.getStandardFileManager(null, Locale.ROOT, null)) {
      Path output = Files.createDirectories(folder.resolve("output"));
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(output));
      files.setLocationFromPaths(StandardLocation.SOURCE_OUTPUT, List.of(output));
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
              files.getJavaFileObjects(file));
      task.setProcessors(List.of(new SinterProcessor()));
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
