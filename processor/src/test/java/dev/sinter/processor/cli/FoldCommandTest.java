package dev.sinter.processor.cli;

import static com.google.common.truth.Truth.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import dev.sinter.processor.OnnxModel;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.report.Folding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldCommandTest {
  private static final Path MODELS = Path.of("src/test/onnx");

  @TempDir private Path folder;

  /** A convolution with a normalization behind it, and one behind an activation. */
  private Path model() throws IOException {
    OnnxModel model = new OnnxModel("m", Shape.of(1, 4, 4));
    model.node("Conv", "conv1", "input", model.constant("w", new float[18], 2, 1, 3, 3));
    norm(model, "bn1", "conv1");
    model.node("Sigmoid", "gate", "bn1");
    norm(model, "bn2", "gate");
    model.output("bn2");
    return Files.write(folder.resolve("my model.onnx"), model.bytes());
  }

  private static void norm(OnnxModel model, String name, String from) {
    String gamma = model.constant(name + ".weight", new float[] {1, 2}, 2);
    String beta = model.constant(name + ".bias", new float[] {3, 4}, 2);
    String variance = model.constant(name + ".running_var", new float[] {1, 1}, 2);
    model.node("BatchNormalization", name, from, gamma, beta, beta, variance);
  }

  @Test
  void tellsWhatIsFoldedAndWhatStays() throws IOException {
    Ran ran = Ran.of("fold", model());
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isEqualTo(0);
    assertThat(ran.out().replaceAll("[0-9]\\.[0-9]e-[0-9]{2}", "?.?e-??"))
        .isEqualTo(
            """
            my model.onnx: 1 of 2 BatchNorm folded, max error ?.?e-??

                           before    after
              operators         5        3
              parameters       34       24
              MACs             88       80
              as float32  0.1 KiB  0.1 KiB

              fold        max error  MACs saved  layers
              conv+bn       ?.?e-??           8  conv1 + bn1
              bn alone      ?.?e-??              bn2
              activation    ?.?e-??              conv1 + bn1 + gate

              bn2 is not folded: the activation 'gate' stands between 'conv1' and it.
              What would help: Training with the normalization before the activation: convolution, batch
                normalization, activation.
            """);
  }

  /** The figures are those of the report. */
  @Test
  void sumsUpAsTheBuildDoes() throws Exception {
    Path file = MODELS.resolve("residual.onnx");
    Ran ran = Ran.of("fold", file);
    assertThat(ran.code()).isEqualTo(0);
    Graph graph = Models.read(file);
    Folding folding = Folding.of(graph, Folder.ALL, fold -> {});
    assertThat(ran.out()).startsWith("residual.onnx: " + folding.summary() + "\n");
    for (Folding.Certified fold : folding.folds()) {
      String shipped = String.format(Locale.ROOT, "%.1e", fold.certificate().shipped());
      String layers = String.join(" + ", fold.rewrite().fields());
      assertThat(
              ran.out().lines().anyMatch(line -> line.contains(shipped) && line.endsWith(layers)))
          .isTrue();
    }
    assertThat(ran.out()).contains(Table.count(folding.folded().macs()));
  }

  @Test
  void openExtentsAreGivenByInput() throws IOException {
    ModelProto.Builder open = ModelProto.parseFrom(Files.readAllBytes(model())).toBuilder();
    open.getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .getDimBuilder(2)
        .setDimParam("height");
    Path file = Files.write(folder.resolve("open.onnx"), open.build().toByteArray());
    assertThat(Ran.of("fold", file))
        .isEqualTo(
            new Ran(
                1,
                "",
                """
                error: [ModelInput] The input 'input' of open.onnx has the shape [1, 1, height, 4]; \
                give the extents that it leaves open, as in @Network(model = "open.onnx", input = \
                {1, 224, 4}).
                Here it is given by --input, as in --input 3,224,224.
                """));
    assertThat(Ran.of("fold", file, "--input", "1,4,4").out())
        .startsWith("open.onnx: 1 of 2 BatchNorm folded");
  }

  @Test
  void modelsThatCannotBeDoneAreTheCompilersErrors() throws IOException {
    OnnxModel odd = new OnnxModel("odd", Shape.of(4));
    odd.node("Foo", "foo", "input");
    odd.node("NonZero", "bar", "foo");
    odd.output("bar");
    Path file = Files.write(folder.resolve("odd.onnx"), odd.bytes());
    assertThat(Ran.of("fold", file))
        .isEqualTo(
            new Ran(
                1,
                "",
                "error: [UnknownOperators] odd.onnx has operators that Sinter does not know, each"
                    + " with its count: Foo (1, first 'foo'), NonZero (1, first 'bar'). Export the"
                    + " model without them, or only its part before them; or tell us which you"
                    + " need.\n"));
    assertThat(Ran.of("fold", folder.resolve("odd.on")).err())
        .isEqualTo(
            "error: [NoSuchFile] There is no file '"
                + folder.resolve("odd.on")
                + "'. Did you mean 'odd.onnx'?\n");
    assertThat(Ran.of("fold", Files.createFile(folder.resolve("empty.onnx"))))
        .isEqualTo(
            new Ran(
                1,
                "",
                "error: [MalformedFile] empty.onnx cannot be read; at byte 0: the file ends without"
                    + " a graph or the version of its operators.\n"));
    assertThat(Ran.of("fold", folder).err()).contains("it is a folder, not an ONNX model.");
  }
}
