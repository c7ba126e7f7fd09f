package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinter.Model;
import dev.sinter.vector.VectorProvider;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaCompiler.CompilationTask;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A small application, as a module and on the class path: compiled without a warning against the
 * runtime alone, and run in a JVM of its own, with and without the vector kernels.
 */
final class ApplicationTest {
  private static final String NETWORK =
      """
      package app;
      import dev.sinter.*;
      @Network(input = {1, 8, 8}, weights = "w.safetensors", bake = Network.Bake.RESOURCE)
      final class Digits {
        @Conv(padding = 1) Layer conv1;
        @BatchNorm Layer bn1;
        @Activation(Activation.Function.RELU) Layer relu1;
        @MaxPool(kernel = 8) Layer pool1;
        @Flatten Layer features;
        @Linear Layer fc;
        @Softmax Layer probabilities;
      }
      """;

  /** Says the sum of the probabilities, rounded, and the kernels that it ends with. */
  private static final String MAIN =
      """
      package app;
      final class Main {
        public static void main(String[] arguments) {
          dev.sinter.Model digits = SinteredDigits.load();
          float sum = 0;
          for (float probability : digits.run(new float[64])) {
            sum += probability;
          }
          System.out.println(Math.round(sum) + " " + digits.backend());
        }
      }
      """;

  private static final String MODULE =
      """
      module app {
        requires dev.sinter;
      }
      """;

  private static final String MAIN_CLASS = "app/app.Main";

  private static final Path RUNTIME = Place.of(Model.class);
  private static final Path VECTOR = Place.of(VectorProvider.class);

  /** What is said of kernels that are there and cannot run. */
  private static final String WITHOUT =
      "scalar kernels: The module jdk.incubator.vector is not loaded."
          + " Start java with --add-modules jdk.incubator.vector.";

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 4, 1, 3, 3)
        .norm("bn1", 4)
        .tensor("fc.weight", 4, 4)
        .write(folder.resolve("weights/app/w.safetensors"));
    Files.createDirectories(folder.resolve("app"));
    Files.writeString(folder.resolve("app/Digits.java"), NETWORK);
    Files.writeString(folder.resolve("app/Main.java"), MAIN);
    Files.writeString(folder.resolve("module-info.java"), MODULE);
  }

  @Test
  void moduleFindsVectorKernelsWithoutFlags() throws Exception {
    compile("-p", RUNTIME.toString(), "module-info.java", "app/Digits.java", "app/Main.java");
    assertThat(
            java("-Dsinter.backend=vector", "-p", path(RUNTIME, VECTOR, out()), "-m", MAIN_CLASS))
        .isEqualTo("1 vector");
  }

  @Test
  void moduleNeedsNoVectorKernels() throws Exception {
    compile("-p", RUNTIME.toString(), "module-info.java", "app/Digits.java", "app/Main.java");
    assertThat(java("-p", path(RUNTIME, out()), "-m", MAIN_CLASS)).isEqualTo("1 scalar");
  }

  @Test
  void classPathNeedsTheJdksModuleForVectorKernels() throws Exception {
    compile("-cp", RUNTIME.toString(), "app/Digits.java", "app/Main.java");
    String path = path(RUNTIME, VECTOR, out());
    assertThat(
            java(
                "-Dsinter.backend=vector",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                path,
                "app.Main"))
        .isEqualTo("1 vector");
    assertThat(java("-cp", path, "app.Main")).isEqualTo("1 scalar");
    assertThat(Files.readString(folder.resolve("log")).split(WITHOUT, -1)).hasLength(2);
    assertThat(java("-cp", path(RUNTIME, out()), "app.Main")).isEqualTo("1 scalar");
    assertThat(Files.readAllLines(folder.resolve("log"))).containsExactly("1 scalar");
  }

  private Path out() {
    return folder.resolve("out");
  }

  /** Compiles with all warnings as errors; the sources are the arguments that name some. */
  private void compile(String... arguments) throws IOException {
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xlint:all,-processing",
                "-Werror",
                "-d",
                out().toString(),
                "-Asinter.weights=" + folder.resolve("weights")));
    List<Path> sources = new ArrayList<>();
    for (String argument : arguments) {
      if (argument.endsWith(".java")) {
        sources.add(folder.resolve(argument));
      } else {
        options.add(argument);
      }
    }
    Files.createDirectories(out());
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, Locale.ROOT, UTF_8)) {
      CompilationTask task =
          javac.getTask(
              said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources));
      task.setProcessors(List.of(new SinterProcessor()));
      assertWithMessage("%s", said).that(task.call()).isTrue();
    }
  }

  /** The last line that a program says; java itself warns of incubating modules before. */
  private String java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int status = process.waitFor();
    List<String> lines = Files.readAllLines(log);
    assertWithMessage("%s", lines).that(status).isEqualTo(0);
    return lines.get(lines.size() - 1);
  }

  private static String path(Path... places) {
    return Stream.of(places).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }
}
