package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Port;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that are imported, alone and with fields behind them. */
class ImportedNetworkTest {
  private static final Path FOLDER = Path.of("src/test/onnx");

  private static final String PERCEPTRON =
      """
      @Flatten Layer flat;
      @Linear(weights = "body.1") Layer l1;
      @BatchNorm(weights = "body.2") Layer b1;
      @Activation(RELU) Layer r1;
      @Linear(weights = "body.4") Layer l2;
      @Activation(TANH) Layer t2;
      @Linear(weights = "body.6") Layer l3;
      """;

  @TempDir private Path folder;

  private static Model model(String arguments, String fields) {
    return model(FOLDER, arguments, fields);
  }

  private static Model model(Path folder, String arguments, String fields) {
    return Networks.load(
        Networks.compile(folder, List.of(), Networks.network(arguments, fields)), "p.SinteredX");
  }

  private static float[] noise(int size) {
    Random random = new Random(7);
    float[] x = new float[size];
    for (int i = 0; i < size; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return x;
  }

  /** The initializers are the weights of the declared one; ε is PyTorch's default in both. */
  @Test
  void declaredFormOfTheSameNetworkGivesTheSameBits() {
    Model imported = model("model = \"perceptron.onnx\"", "");
    Model declared = model("input = {2, 3, 4}, weights = \"perceptron.onnx\"", PERCEPTRON);
    float[] x = noise(24);
    assertThat(imported.run(x)).isEqualTo(declared.run(x));
    assertThat(imported.parameters()).isEqualTo(declared.parameters());
    assertThat(imported.macs()).isEqualTo(declared.macs());
  }

  /** As old exporters list them; they are constants all the same. */
  @Test
  void initializersMayBeInputsToo() throws IOException {
    ModelProto.Builder file = perceptron();
    for (TensorProto tensor : file.getGraph().getInitializerList()) {
      file.getGraphBuilder().addInputBuilder().setName(tensor.getName());
    }
    Files.write(folder.resolve("m.onnx"), file.build().toByteArray());
    float[] x = noise(24);
    assertThat(model(folder, "model = \"m.onnx\"", "").run(x))
        .isEqualTo(model("model = \"perceptron.onnx\"", "").run(x));
  }

  @Test
  void tensorsMayBeInAFileBesideTheModel() throws IOException {
    ModelProto.Builder file = perceptron();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    for (TensorProto.Builder tensor : file.getGraphBuilder().getInitializerBuilderList()) {
      external(tensor, "location", "weights.bin");
      external(tensor, "offset", Integer.toString(data.size()));
      external(tensor, "length", Integer.toString(tensor.getRawData().size()));
      tensor.getRawData().writeTo(data);
      tensor.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
    }
    Files.write(folder.resolve("m.onnx"), file.build().toByteArray());
    Compilation without =
        Networks.compile(folder, List.of(), Networks.network("model = \"m.onnx\"", ""));
    assertThat(without.errors().get(0).getMessage(null))
        .isEqualTo(
            "[ModelGraph] m.onnx cannot be compiled: Sinter cannot read m.onnx, tensor"
                + " 'body.1.weight': its elements are in the file 'weights.bin', which is not beside"
                + " it.");
    Files.write(folder.resolve("weights.bin"), data.toByteArray());
    float[] x = noise(24);
    assertThat(model(folder, "model = \"m.onnx\"", "").run(x))
        .isEqualTo(model("model = \"perceptron.onnx\"", "").run(x));
  }

  private static ModelProto.Builder perceptron() throws IOException {
    return ModelProto.parseFrom(Files.readAllBytes(FOLDER.resolve("perceptron.onnx"))).toBuilder();
  }

  private static void external(TensorProto.Builder tensor, String key, String value) {
    tensor.addExternalDataBuilder().setKey(key).setValue(value);
  }

  @Test
  void fieldsContinueFromTheModelsOutput() {
    Model alone = model("model = \"perceptron.onnx\"", "");
    Model continued = model("model = \"perceptron.onnx\"", "@Activation(RELU) Layer positive;");
    float[] x = noise(24);
    float[] expected = alone.run(x);
    for (int i = 0; i < expected.length; i++) {
      expected[i] = Math.max(expected[i], 0);
    }
    assertThat(continued.run(x)).isEqualTo(expected);
    assertThat(continued.outputs().stream().map(Port::name)).containsExactly("positive");
  }

  @Test
  void fieldsMayReadEachOutputAndTheInput() {
    Model model =
        model(
            "model = \"decoder.onnx\"",
            """
            @MaxPool(from = "model", kernel = 2) Layer pooled;
            @Conv(from = "input", weights = "decoder.onnx#down1", padding = 1) @Output Layer again;
            @Add({"again", "again"}) Layer twice;
            """);
    List<String> names = model.outputs().stream().map(Port::name).toList();
    assertThat(names).hasSize(6);
    assertThat(names.subList(4, 6)).containsExactly("again", "twice").inOrder();
  }
}
