package dev.sinter.processor.places;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sinter.Model;
import dev.sinter.processor.Place;
import dev.sinter.processor.SinterProcessor;
import dev.sinter.processor.TestWeights;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaCompiler.CompilationTask;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * An application with two networks, one with its constants in classes, one with them in a resource.
 * It prints the bits of what they answer.
 */
final class Application {
  static final String MAIN = "app.Main";
  static final Path RUNTIME = Place.of(Model.class);

  private static final String INSIDE =
      """
      package nets;
      import static dev.sinter.Activation.Function.*;
      import dev.sinter.*;
      @Network(input = {3, 16, 16}, weights = "w.safetensors", bake = Network.Bake.CLASS)
      public final class Inside {
        @Conv(padding = 1, stride = 2) Layer conv1;
        @BatchNorm Layer bn1;
        @Activation(SILU) Layer act1;
        @Conv(padding = 1) Layer depthwise;
        @BatchNorm Layer bn2;
        @Activation(HARD_SWISH) Layer act2;
        @Conv(padding = 1) Layer conv2;
        @Add({"conv2", "act2"}) Layer sum;
        @Activation(RELU) Layer act3;
        @MaxPool(kernel = 2) Layer pool;
        @Flatten Layer features;
        @Linear Layer fc;
      }
      """;

  private static final String BESIDE =
      INSIDE
          .replace("Inside", "Beside")
          .replace("CLASS", "RESOURCE, labels = \"labels.txt\"")
          .replace("fc;", "fc; @Softmax Layer probabilities;");

  private static final String PROGRAM =
      """
      package app;
      import dev.sinter.*;
      public final class Main {
        public static void main(String[] arguments) {
          float[] input = new float[3 * 16 * 16];
          for (int i = 0; i < input.length; i++) {
            input[i] = (i * 29 % 256 - 128) / 2048f;
          }
          Model beside = nets.SinteredBeside.load();
          System.out.println(
              bits(nets.SinteredInside.load(), input)
                  + bits(beside, input)
                  + beside.classify(input).label());
        }
        private static String bits(Model model, float[] input) {
          StringBuilder bits = new StringBuilder();
          float[] output = new float[10];
          try (Session session = model.newSession(2)) {
            session.run(input, output);
          }
          for (float value : output) {
            bits.append(Integer.toHexString(Float.floatToRawIntBits(value))).append(' ');
          }
          return bits.toString();
        }
      }
      """;

  private final Path folder;

  /** Writes the sources and the weights. */
  Application(Path folder) throws IOException {
    this.folder = folder;
    writeWeights();
    Files.writeString(folder.resolve("sources/nets/labels.txt"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n");
    Files.writeString(folder.resolve("sources/nets/Inside.java"), INSIDE);
    Files.writeString(folder.resolve("sources/nets/Beside.java"), BESIDE);
    Files.createDirectories(folder.resolve("sources/app"));
    Files.writeString(folder.resolve("sources/app/Main.java"), PROGRAM);
  }

  private void writeWeights() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 16, 3, 3, 3)
        .norm("bn1", 16)
        .tensor("depthwise.weight", 16, 1, 3, 3)
        .norm("bn2", 16)
        .tensor("conv2.weight", 16, 16, 3, 3)
        .tensor("fc.weight", 10, 256)
        .with("fc.bias", new float[10])
        .write(folder.resolve("sources/nets/w.safetensors"));
  }

  /** Compiles it into a folder of that name. */
  Path compile(String name, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(List.of("-cp", RUNTIME.toString()));
    all.add("-Asinter.weights=" + folder.resolve("sources"));
    return compile(folder.resolve("sources"), folder.resolve(name), all);
  }

  /** Compiles all sources in a folder but that of a module. */
  static Path compile(Path sources, Path output, List<String> options) throws IOException {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of("-d", Files.createDirectories(output).toString()));
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, Locale.ROOT, UTF_8);
        Stream<Path> found = Files.walk(sources)) {
      List<Path> units =
          found
              .filter(
                  file -> file.toString().endsWith(".java") && !file.endsWith("module-info.java"))
              .toList();
      CompilationTask task =
          javac.getTask(said, files, null, all, null, files.getJavaFileObjectsFromPaths(units));
      task.setProcessors(List.of(new SinterProcessor()));
      assertWithMessage("%s", said).that(task.call()).isTrue();
    }
    return output;
  }

  /** What it prints when it runs from a class path. */
  String answer(Path... path) throws IOException, InterruptedException {
    return java(
        "-cp",
        Stream.of(path).map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
        MAIN);
  }

  /** What it prints when java starts it so. */
  String java(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
    Path log = folder.resolve("log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int status = process.waitFor();
    String said = Files.readString(log).strip();
    assertWithMessage("%s", said).that(status).isEqualTo(0);
    // Twenty numbers that differ, and the label.
    assertThat(Arrays.stream(said.split(" ")).distinct().count()).isAtLeast(15);
    assertThat(said.split(" ")).hasLength(21);
    return said;
  }
}
