package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.Model;
import dev.sinter.Port;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

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

  private static Model model(String arguments, String fields) {
    return Networks.load(
        Networks.compile(FOLDER, List.of(), Networks.network(arguments, fields)), "p.SinteredX");
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
