package dev.sinter.processor.cli;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.Networks;
import dev.sinter.processor.OnnxModel;
import dev.sinter.processor.ir.Shape;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScaffoldCommandTest {
  @TempDir private Path folder;

  /** A pad that adds nothing, a layer that an exporter leaves out, and a classifier. */
  private OnnxModel net() {
    OnnxModel model = new OnnxModel("net", Shape.of(1, 2, 2));
    model.node("Pad", "pad", "input", model.integers("pads", 0, 0, 0, 0, 0, 0, 0, 0));
    String kernel = model.constant("conv1.weight", new float[] {0.5f, -2}, 2, 1, 1, 1);
    model.node("Conv", "conv1", "pad", kernel);
    model.node("Relu", "relu", "conv1");
    model.node("GlobalAveragePool", "pool", "relu");
    model.node("Reshape", "flat", "pool", model.integers("shape", 1, -1));
    String matrix = model.constant("fc.weight", new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
    model.node("Gemm", "fc", "flat", matrix).integer("transB", 1);
    model.output("fc");
    return model;
  }

  private Path net(String name) throws IOException {
    return Files.write(folder.resolve(name), net().bytes());
  }

  private static String source(String name, String file) {
    return """
    import static dev.sinter.Activation.Function.RELU;

    import dev.sinter.Activation;
    import dev.sinter.Conv;
    import dev.sinter.Flatten;
    import dev.sinter.GlobalAvgPool;
    import dev.sinter.Layer;
    import dev.sinter.Linear;
    import dev.sinter.Network;

    /**
     * The network of %2$s: [1, 2, 2] to [3].
     */
    @Network(input = {1, 2, 2}, weights = "%3$s.safetensors")
    final class %1$s {
      @Conv             Layer conv1;
      @Activation(RELU) Layer relu;
      @GlobalAvgPool    Layer pool;
      @Flatten          Layer flatten;
      @Linear           Layer fc;
    }
    """
        .formatted(name, file, name.toLowerCase(Locale.ROOT));
  }

  /** As it is started from a shell, in a folder where the weights are left. */
  @Test
  void classGoesToTheStandardOutput() throws Exception {
    Path here = Files.createDirectory(folder.resolve("here"));
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            absolute(System.getProperty("java.class.path")),
            Main.class.getName(),
            "scaffold",
            net("net.onnx").toAbsolutePath().toString());
    Process process =
        new ProcessBuilder(command)
            .directory(here.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    int code = process.waitFor();
    // A new JDK says first that protobuf reaches for its memory.
    List<String> said =
        Files.readAllLines(folder.resolve("err")).stream()
            .filter(line -> !line.startsWith("WARNING: "))
            .toList();
    assertThat(said).containsExactly("Wrote net.safetensors: 2 tensors, 8 parameters, 0.0 KiB.");
    assertThat(code).isEqualTo(0);
    assertThat(Files.readString(folder.resolve("out"))).isEqualTo(source("Net", "net.onnx"));
    assertThat(names(here)).containsExactly("net.safetensors");
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        Stream.of(classPath.split(File.pathSeparator, -1))
            .map(entry -> Path.of(entry).toAbsolutePath().toString())
            .toList());
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void nothingIsWrittenOverUnlessForced() throws IOException {
    Path model = net("net.onnx");
    Path out = folder.resolve("a/b");
    Path source = out.resolve("Net.java");
    Path weights = out.resolve("net.safetensors");
    Ran ran = Ran.of("scaffold", model, "--output", out);
    String wrote = "Wrote " + source + " and " + weights + ": 2 tensors, 8 parameters, 0.0 KiB.\n";
    assertThat(ran).isEqualTo(new Ran(0, "", wrote));
    byte[] tensors = Files.readAllBytes(weights);

    Files.writeString(source, "edited");
    Files.delete(weights);
    assertThat(Ran.of("scaffold", model, "--output", out)).isEqualTo(refused(source));
    assertThat(names(out)).containsExactly("Net.java");
    assertThat(Files.readString(source)).isEqualTo("edited");

    Files.delete(source);
    Files.writeString(weights, "trained");
    assertThat(Ran.of("scaffold", model, "--output", out)).isEqualTo(refused(weights));
    assertThat(names(out)).containsExactly("net.safetensors");
    assertThat(Files.readString(weights)).isEqualTo("trained");

    Files.writeString(source, "edited");
    assertThat(Ran.of("scaffold", model, "--output", out, "--force"))
        .isEqualTo(new Ran(0, "", wrote));
    assertThat(Files.readString(source)).isEqualTo(source("Net", "net.onnx"));
    assertThat(Files.readAllBytes(weights)).isEqualTo(tensors);
    assertThat(names(out)).containsExactly("Net.java", "net.safetensors");
  }

  @Test
  void weightsGoToAFolderOfTheirOwn() throws IOException {
    Path source = folder.resolve("java/Net.java");
    Path weights = folder.resolve("weights/net.safetensors");
    Object[] command = {
      "scaffold", net("net.onnx"), "--output", source.getParent(), "--weights", weights.getParent()
    };
    assertThat(Ran.of(command))
        .isEqualTo(
            new Ran(
                0,
                "",
                "Wrote " + source + " and " + weights + ": 2 tensors, 8 parameters, 0.0 KiB.\n"));
    assertThat(names(source.getParent())).containsExactly("Net.java");
    assertThat(names(weights.getParent())).containsExactly("net.safetensors");
    assertThat(Ran.of(command)).isEqualTo(refused(weights));
    var compiled =
        Networks.compile(
            weights.getParent(), List.of(), Networks.source("Net", Files.readString(source)));
    assertThat(Networks.load(compiled, "SinteredNet").run(new float[] {4, 4, 4, 4}))
        .isEqualTo(new float[] {2, 6, 10});
  }

  private static Ran refused(Path file) {
    return new Ran(
        1,
        "",
        "error: [FileExists] '"
            + file
            + "' is there already, and nothing was written. --force writes over it.\n");
  }

  @Test
  void foldersThatCannotBeMadeAreErrors() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Ran ran = Ran.of("scaffold", net("net.onnx"), "--output", file.resolve("in"));
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).startsWith("error: [CannotWrite] " + file.resolve("in"));
    assertThat(Ran.of("scaffold", folder.resolve("no.onnx"), "--output", folder).code())
        .isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--name, 2net, 'the name of a class, as in ResNet18'",
    "--name, res-net, 'the name of a class, as in ResNet18'",
    "--name, class, 'the name of a class, as in ResNet18'",
    "--name, record, 'the name of a class, as in ResNet18'",
    "--name, _, 'the name of a class, as in ResNet18'",
    "--name, '', 'the name of a class, as in ResNet18'",
    "--name, a.Net, 'the name of a class, as in ResNet18'",
    "--name, Conv, a name that no annotation and no class of java.lang has",
    "--name, String, a name that no annotation and no class of java.lang has",
    "--package, com..example, 'the name of a package, as in com.example'",
    "--package, com.example., 'the name of a package, as in com.example'",
    "--package, com.new, 'the name of a package, as in com.example'",
    "--package, com/example, 'the name of a package, as in com.example'",
  })
  void namesThatAreNone(String option, String name, String expected) throws IOException {
    Path out = folder.resolve("out");
    assertThat(Ran.of("scaffold", net("net.onnx"), option + "=" + name, "--output", out))
        .isEqualTo(
            new Ran(
                2,
                "",
                """
                sinter scaffold: %s is '%s'; it must be %s
                Try 'sinter scaffold --help'.
                """
                    .formatted(option, name, expected)));
    assertThat(Files.exists(out)).isFalse();
  }

  /** What files are called becomes what classes may be called. */
  @ParameterizedTest
  @CsvSource({
    "resnet-18.onnx, Resnet18",
    "my model (1).ONNX, MyModel1",
    "2d.onnx, Net2d",
    "conv.onnx, NetConv",
    "object.onnx, NetObject",
    "ü.onnx, Net",
    ".onnx, Net",
  })
  void classesOfFiles(String file, String name) throws IOException {
    Path out = folder.resolve("out");
    assertThat(Ran.of("scaffold", net(file), "--output", out).code()).isEqualTo(0);
    Path source = out.resolve(name + ".java");
    assertThat(Files.readString(source)).isEqualTo(source(name, file.replace('ü', '?')));
    var compiled =
        Networks.compile(out, List.of(), Networks.source(name, Files.readString(source)));
    assertThat(Networks.load(compiled, "Sintered" + name).run(new float[] {4, 4, 4, 4}))
        .isEqualTo(new float[] {2, 6, 10});
  }

  /** Two images that are joined, a vector, and an output that is an input. */
  @Test
  void severalInputsAndOutputs() throws Exception {
    OnnxModel model = new OnnxModel("two", Shape.of(1, 4, 4));
    model.node("Concat", "both", "input", "other image").integer("axis", 1);
    String kernel = model.constant("conv1.weight", numbers(3 * 2 * 9), 3, 2, 3, 3);
    model.node("Conv", "conv1", "both", kernel);
    model.node("GlobalMaxPool", "pool", "conv1");
    model.node("Flatten", "flat", "pool");
    model.node("Concat", "vectors", "flat", "age").integer("axis", 1);
    model.node("Gemm", "fc", "vectors", model.constant("m", numbers(8), 4, 2));
    model.output("fc");
    model.output("age");
    model.output("conv1");
    ModelProto.Builder two = ModelProto.parseFrom(model.bytes()).toBuilder();
    two.getGraphBuilder().addInput(two.getGraph().getInput(0).toBuilder().setName("other image"));
    var age = two.getGraphBuilder().addInputBuilder();
    age.mergeFrom(two.getGraph().getInput(0)).setName("age");
    age.getTypeBuilder().getTensorTypeBuilder().getShapeBuilder().removeDim(3).removeDim(2);
    Path file = Files.write(folder.resolve("two.onnx"), two.build().toByteArray());
    assertThat(Ran.of("scaffold", file, "--output", folder).code()).isEqualTo(0);
    String source = Files.readString(folder.resolve("Two.java"));
    assertThat(source)
        .contains(
            """
            /**
             * The network of two.onnx: [1, 4, 4], [1, 4, 4], [1] to [2], [1], [3, 2, 2].
             */
            @Network(input = {1, 4, 4}, weights = "two.safetensors")
            final class Two {
            """);
    var compiled =
        Networks.compile(
            folder,
            List.of(),
            Networks.source("Two", source),
            Networks.source("As", "@dev.sinter.Network(model = \"two.onnx\") final class As {}"));
    float[][] input = {numbers(16), numbers(16), {0.25f}};
    assertThat(run(Networks.load(compiled, "SinteredTwo"), input))
        .isEqualTo(run(Networks.load(compiled, "SinteredAs"), input));
  }

  private static float[] numbers(int count) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = (i * 37 % 64 - 32) / 16f;
    }
    return numbers;
  }

  private static List<String> run(Model model, float[][] inputs) {
    float[][] outputs =
        model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
    try (Session session = model.newSession()) {
      session.run(inputs, outputs);
    }
    List<String> all = new ArrayList<>();
    for (float[] output : outputs) {
      assertWithMessage("all zero").that(output).isNotEqualTo(new float[output.length]);
      all.add(Arrays.toString(output));
    }
    return all;
  }

  @Test
  void openExtentsAreGivenByInput() throws IOException {
    ModelProto.Builder open = ModelProto.parseFrom(net().bytes()).toBuilder();
    open.getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(3)
        .setDimParam("width");
    Path file = Files.write(folder.resolve("open.onnx"), open.build().toByteArray());
    Path out = folder.resolve("out");
    Ran ran = Ran.of("scaffold", file, "--output", out);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("Here it is given by --input");
    assertThat(Files.exists(out)).isFalse();
    assertThat(Ran.of("scaffold", file, "--output", out, "--input", "1,2,7").code()).isEqualTo(0);
    assertThat(Files.readString(out.resolve("Open.java"))).contains("input = {1, 2, 7}");
  }
}
