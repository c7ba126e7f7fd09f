package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import dev.sinter.processor.Checkpoint;
import dev.sinter.processor.Networks;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Wrong folds that other projects have shipped, one test each. Every number here is a small binary
 * fraction, so that what is expected is exact, and a mistake is never a matter of tolerance.
 */
final class HistoryTest {
  private static final Op RELU = new Op.Activate(Activation.of(Activation.Kind.RELU));

  @TempDir Path weights;

  // ---- the formulas ----

  /** ncnn 1339, MatConvNet 772. Without the factor on the bias it would be 5x − 1. */
  @Test
  void biasIsScaled() {
    // z = 2x + 3, y = 2.5z − 4
    Graph graph = map(1).then("conv", conv(3.0, 2)).then("bn", norm(5, 1, 2, 4)).gives();
    Folded folded = folded(graph, "Conv");
    assertThat(run(folded, 1)).isEqualTo(new double[] {8.5});
    assertThat(run(folded, 0)).isEqualTo(new double[] {3.5});
  }

  @Test
  void biasOfLinearIsScaled() {
    Op linear = new Op.Linear(Tensor.of(Shape.of(1, 2), 2, -1), Tensor.vector(3), Activation.NONE);
    Graph graph = Sketch.of(2).then("fc", linear).then("bn", norm(5, 1, 2, 4)).gives();
    assertThat(run(folded(graph, "Linear"), 1, 4)).isEqualTo(new double[] {2.5 * 1 - 4});
  }

  /** The field that a convolution without bias does not have receives β − μ·s. */
  @Test
  void convWithoutBiasKeepsTheShift() {
    Graph graph = map(1).then("conv", conv(null, 2)).then("bn", norm(5, 1, 2, 4)).gives();
    assertThat(run(folded(graph, "Conv"), 1)).isEqualTo(new double[] {2.5 * 2 - 4});
    Op linear = new Op.Linear(Tensor.of(Shape.of(1, 1), 2), null, Activation.NONE);
    graph = Sketch.of(1).then("fc", linear).then("bn", norm(5, 1, 2, 4)).gives();
    assertThat(run(folded(graph, "Linear"), 1)).isEqualTo(new double[] {2.5 * 2 - 4});
  }

  /** For x = −1 the wrong order gives relu(−2 + 1) = 0. */
  @Test
  void activationBetweenConvAndNormStays() {
    Graph graph =
        map(1).then("conv", conv(null, 1)).then("relu", RELU).then("bn", norm(4, 1, 0, 4)).gives();
    Folded folded = folded(graph, "Conv+RELU", "Affine");
    assertThat(run(folded, -1)).isEqualTo(new double[] {1});
    assertThat(run(folded, 3)).isEqualTo(new double[] {7});
  }

  @Test
  void activationBetweenLinearAndNormStays() {
    Op linear = new Op.Linear(Tensor.of(Shape.of(1, 1), 1), null, Activation.NONE);
    Graph graph =
        Sketch.of(1).then("fc", linear).then("relu", RELU).then("bn", norm(4, 1, 0, 4)).gives();
    assertThat(run(folded(graph, "Linear+RELU", "Affine"), -1)).isEqualTo(new double[] {1});
  }

  @Test
  void activationBetweenTwoNormsStays() {
    Graph graph =
        map(1)
            .then("bn1", norm(2, 0, 0, 4))
            .then("relu", RELU)
            .then("bn2", norm(4, 1, 0, 4))
            .gives();
    assertThat(run(folded(graph, "Affine+RELU", "Affine"), -1)).isEqualTo(new double[] {1});
  }

  @Test
  void normAfterNormIsAppliedInOrder() {
    // 2(3x + 4) + 1, not 3(2x + 1) + 4
    Graph graph = map(1).then("bn1", norm(6, 4, 0, 4)).then("bn2", norm(4, 1, 0, 4)).gives();
    assertThat(run(folded(graph, "Affine"), 1)).isEqualTo(new double[] {15});
  }

  static Stream<Arguments> constants() {
    Tensor eight = Tensor.vector(8);
    return Stream.of(
        Arguments.of("z + 8", Op.Affine.plus(eight), 13.0),
        Arguments.of("z − 8", Op.Affine.minus(eight), -3.0),
        Arguments.of("8 − z", Op.Affine.subtractedFrom(eight), 3.0),
        Arguments.of("z·8", Op.Affine.times(eight), 40.0),
        Arguments.of("z/8", Op.Affine.over(eight), 0.625));
  }

  /** tract took the operands of Sub and Div in the wrong order. Here z = 2x + 3 = 5. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("constants")
  void operandsAreNotReversed(String formula, Op.Affine affine, double expected) {
    Graph graph = map(1).then("conv", conv(3.0, 2)).then("constant", affine).gives();
    assertThat(run(folded(graph, "Conv"), 1)).isEqualTo(new double[] {expected});
    graph = map(1).then("bn", norm(4, 3, 0, 4)).then("constant", affine).gives();
    assertThat(run(folded(graph, "Affine"), 1)).isEqualTo(new double[] {expected});
  }

  /** tract, TVM 1414. Output o of 4 reads channel o / 2 of 2. */
  @Test
  void groupedConvIsFolded() {
    Op.BatchNorm norm =
        new Op.BatchNorm(
            Tensor.vector(2, 4, 6, 8),
            Tensor.vector(1, 2, 3, 4),
            Tensor.filled(4, 0),
            Tensor.filled(4, 4),
            0);
    Tensor weight = Tensor.of(Shape.of(4, 1, 1, 1), 1, 10, 100, 1000);
    Op conv = new Op.Conv(point(), 2, weight, null, Activation.NONE);
    Graph graph = map(2).then("conv", conv).then("bn", norm).gives();
    assertThat(run(folded(graph, "Conv"), 1, 2)).isEqualTo(new double[] {2, 22, 603, 8004});
  }

  @Test
  void depthwiseConvIsFolded() {
    Graph graph = map(3).then("conv", depthwise(1, 10, 100)).then("bn", threeChannels()).gives();
    assertThat(run(folded(graph, "Conv"), 1, 2, 3)).isEqualTo(new double[] {0, 7, 458});
  }

  /**
   * PyTorch 180995, ExecuTorch 22517: s by axis 0 of the weights, or the first s for every group.
   * Each group makes 2 channels of 2; a channel of the result is (a, b)·(x, y) for its own group.
   */
  @Test
  void transposedConvInGroupsIsScaledByItsOutputs() {
    Tensor weight = Tensor.of(Shape.of(4, 2, 1, 1), 1, 2, 10, 20, 3, 4, 30, 40);
    Op up = new Op.ConvTranspose(point(), 0, 0, 2, weight, null, Activation.NONE);
    Op.BatchNorm norm =
        new Op.BatchNorm(
            Tensor.vector(2, -1, 0, 0.5),
            Tensor.vector(1, 2, 3, 4),
            Tensor.vector(0, 0, 0, 4),
            Tensor.filled(4, 1),
            0);
    Graph graph = map(4).then("up", up).then("bn", norm).gives();
    // (1 + 10, 2 + 20, 3 + 30, 4 + 40), each by its own s·z + t
    assertThat(run(folded(graph, "ConvTranspose"), 1, 1, 1, 1))
        .isEqualTo(new double[] {23, -20, 3, 24});
  }

  /** The same with fewer input than output channels, where the wrong axis is of another length. */
  @Test
  void transposedConvIsNotScaledByItsInputs() {
    Tensor weight = Tensor.of(Shape.of(1, 3, 1, 1), 1, 10, 100);
    Op up = new Op.ConvTranspose(point(), 0, 0, 1, weight, null, Activation.NONE);
    Graph graph = map(1).then("up", up).then("bn", threeChannels()).gives();
    assertThat(run(folded(graph, "ConvTranspose"), 2)).isEqualTo(new double[] {-1, 7, 308});
  }

  /** ONNX Runtime 14270: never folded. Taps land on one place of two; the shift is on both. */
  @Test
  void transposedConvIsFolded() {
    Window.Pair one = new Window.Pair(1, 1);
    Window window = new Window(one, new Window.Pair(1, 2), one, Window.Padding.NONE);
    Tensor weight = Tensor.of(Shape.of(1, 1, 1, 1), 2);
    Op up = new Op.ConvTranspose(window, 0, 1, 1, weight, Tensor.vector(3), Activation.NONE);
    Graph graph =
        Sketch.of(1, 1, 2).then("up", up).then("bn", norm(5, 1, 2, 4)).then("relu", RELU).gives();
    // relu(2.5·(2x + 3) − 4), and relu(2.5·3 − 4) between
    assertThat(run(folded(graph, "ConvTranspose+RELU"), 1, -1))
        .isEqualTo(new double[] {8.5, 3.5, 0, 3.5});
  }

  /** lc0 778. γ < 0 turns the channel over; with γ = 0 it is the constant β. */
  @Test
  void negativeAndZeroGammaCount() {
    Graph graph =
        map(3)
            .then("conv", depthwise(1, 10, 100))
            .then("bn", threeChannels())
            .then("relu", RELU)
            .gives();
    Folded folded = folded(graph, "Conv+RELU");
    assertThat(run(folded, 1, 2, 3)).isEqualTo(new double[] {0, 7, 458});
    assertThat(run(folded, -1, -2, -3)).isEqualTo(new double[] {2, 7, 0});
    graph = map(3).then("bn", threeChannels()).gives();
    assertThat(run(folded(graph, "Affine"), 1, 2, 4)).isEqualTo(new double[] {0, 7, 14});
  }

  /** Keras has 1e-3 where PyTorch has 1e-5; 3 cannot be taken for either. */
  @Test
  void epsilonIsTheDeclaredOne() throws IOException {
    new Checkpoint()
        .floats("conv.weight", new int[] {1, 1, 1, 1}, 2)
        .norm("bn1", 4, 0, 0, 1)
        .norm("bn2", 3, 0, 0, 1)
        .write(weights.resolve("w.safetensors"));
    assertThat(
            run(
                "input = {1, 1, 1}",
                """
                @Conv Layer conv;
                @BatchNorm(eps = 3) Layer bn1;
                @BatchNorm(eps = 8) Layer bn2;
                """,
                5))
        .isEqualTo(new float[] {20});
  }

  // ---- whose weights they are ----

  /** One value, two readers: a fold in place would give the other the wrong one. */
  @Test
  void convThatAnotherReadsStaysOneConv() {
    Graph graph =
        map(1)
            .then("conv", conv(3.0, 2))
            .then("bn", norm(5, 1, 2, 4))
            .then("sum", new Op.Add(Activation.NONE), "conv", "bn")
            .gives();
    Folded folded = folded(graph, "Conv", "Affine", "Add");
    assertThat(run(folded, 1)).isEqualTo(new double[] {5 + 8.5});
  }

  /** PyTorch 104593 and 197539: one convolution, two batch normalizations. */
  @Test
  void convUsedByTwoNormsIsFoldedIntoNeither() {
    Graph graph =
        map(1)
            .then("conv", conv(3.0, 2))
            .then("bn1", norm(5, 1, 2, 4))
            .then("bn2", norm(2, 0, 0, 4), "conv")
            .gives("bn1", "bn2");
    Folded folded = folded(graph, "Conv", "Affine", "Affine");
    assertThat(outputs(folded, 1)).isEqualTo(List.of(8.5, 5.0));
  }

  /** The same of a linear layer, and of a first batch normalization that is an output. */
  @Test
  void whatOthersReadIsFoldedIntoNothing() {
    Op linear = new Op.Linear(Tensor.of(Shape.of(1, 1), 2), Tensor.vector(3), Activation.NONE);
    Graph graph =
        Sketch.of(1)
            .then("fc", linear)
            .then("bn1", norm(5, 1, 2, 4))
            .then("bn2", norm(2, 0, 0, 4))
            .gives("fc", "bn1", "bn2");
    Folded folded = folded(graph, "Linear", "Affine", "Affine");
    assertThat(outputs(folded, 1)).isEqualTo(List.of(5.0, 8.5, 8.5));
  }

  /** Two convolutions with the same tensors; one is folded, the other keeps them as they were. */
  @Test
  void tensorThatTwoConvsShareStaysAsItWas() {
    Op.Conv conv = conv(3.0, 2);
    Graph graph =
        map(1)
            .then("conv1", conv)
            .then("bn", norm(5, 1, 2, 4))
            .then("conv2", conv, "input")
            .gives("bn", "conv2");
    Folded folded = folded(graph, "Conv", "Conv");
    assertThat(outputs(folded, 1)).isEqualTo(List.of(8.5, 5.0));
    assertThat(conv.weight().toDoubles()).isEqualTo(new double[] {2});
    assertThat(conv.bias().toDoubles()).isEqualTo(new double[] {3});
  }

  // ---- what the checkpoint holds, through to the kernels ----

  /** 300·300/√1 is more than a half can hold, 65,504, and so is the square that 60,000 would be. */
  @Test
  void halvesAreWidenedBeforeTheyAreFolded() throws IOException {
    int[] one = {1};
    new Checkpoint()
        .halves("conv.weight", new int[] {1, 1, 1, 1}, 300)
        .halves("conv.bias", one, 60_000)
        .halves("bn.weight", one, 300)
        .halves("bn.bias", one, 60_000)
        .halves("bn.running_mean", one, 60_000)
        .halves("bn.running_var", one, 1)
        .write(weights.resolve("w.safetensors"));
    assertThat(run("input = {1, 1, 1}", "@Conv Layer conv; @BatchNorm(eps = 0) Layer bn;", 2))
        .isEqualTo(new float[] {2 * 90_000 + 60_000});
  }

  /** And what no float holds is said, as a matter of the numbers. */
  @Test
  void productThatNoFloatHoldsIsAnError() throws IOException {
    new Checkpoint()
        .floats("conv.weight", new int[] {1, 1, 1, 1}, 3e30)
        .norm("bn", 3e30, 0, 0, 1)
        .write(weights.resolve("w.safetensors"));
    Compilation compilation =
        compile("input = {1, 1, 1}", "@Conv Layer conv; @BatchNorm Layer bn;");
    assertThat(compilation).hadErrorContaining("[Overflow]");
  }

  /** TF 3290. √(ε + σ²) = √(5 − 1) is used as it stands, and said. */
  @Test
  void negativeVarianceAboveMinusEpsilonIsAWarning() throws IOException {
    new Checkpoint()
        .floats("conv.weight", new int[] {1, 1, 1, 1}, 2)
        .norm("bn", 6, 1, 0, -1)
        .write(weights.resolve("w.safetensors"));
    Compilation compilation =
        compile("input = {1, 1, 1}", "@Conv Layer conv; @BatchNorm(eps = 5) Layer bn;");
    assertThat(compilation).hadWarningContaining("[NegativeVariance] 'bn.running_var'");
    assertThat(Networks.load(compilation, "p.SinteredX").run(new float[] {5}))
        .isEqualTo(new float[] {31});
  }

  @Test
  void varianceOfMinusEpsilonIsAnError() throws IOException {
    new Checkpoint()
        .floats("conv.weight", new int[] {1, 1, 1, 1}, 2)
        .norm("bn", 6, 1, 0, -5)
        .write(weights.resolve("w.safetensors"));
    Compilation compilation =
        compile("input = {1, 1, 1}", "@Conv Layer conv; @BatchNorm(eps = 5) Layer bn;");
    assertThat(compilation).hadErrorContaining("[Variance] 'bn.running_var'");
  }

  /** hls4ml 368: the fold was done, and the weights of before were written. */
  @Test
  void foldedConstantsAreTheOnesWritten() throws IOException {
    new Checkpoint()
        .floats("conv.weight", new int[] {1, 1, 1, 1}, 2)
        .with("conv.bias", 3)
        .norm("bn1", 5, 1, 2, 4)
        .floats("fc.weight", new int[] {1, 1}, 4)
        .with("fc.bias", 6)
        .norm("bn2", 3, 1, 2, 4)
        .write(weights.resolve("w.safetensors"));
    String fields =
        """
        @Conv Layer conv;
        @BatchNorm(eps = 0) Layer bn1;
        @Flatten Layer flat;
        @Linear Layer fc;
        @BatchNorm(eps = 0) Layer bn2;
        """;
    // 2.5·(2x + 3) − 4 = 5x + 3.5, then 1.5·(4z + 6) − 2 = 6z + 7
    for (String bake : List.of("CLASS", "RESOURCE")) {
      String network = "input = {1, 1, 1}, bake = Network.Bake." + bake;
      assertThat(run(network, fields, 0)).isEqualTo(new float[] {28});
      assertThat(run(network, fields, 1)).isEqualTo(new float[] {58});
    }
    Compilation compilation = compile("input = {1, 1, 1}", fields);
    assertThat(compilation)
        .generatedSourceFile("p.SinteredX_Conv")
        .contentsAsUtf8String()
        .containsMatch("5\\.0f\\s+}[^}]*}[^}]*3\\.5f\\s+}");
  }

  /** NNCG: one that could not be folded was left out, with a warning. */
  @Test
  void normThatNothingTakesInStillActs() throws IOException {
    new Checkpoint().norm("bn", 5, 1, 2, 4).write(weights.resolve("w.safetensors"));
    String fields = "@MaxPool(kernel = 2) Layer pool; @BatchNorm(eps = 0) Layer bn;";
    Compilation compilation = compile("input = {1, 2, 2}", fields);
    assertThat(compilation)
        .hadNoteContaining("[BatchNormStays] 'bn' is not folded: it reads 'pool'");
    assertThat(Networks.load(compilation, "p.SinteredX").run(new float[] {1, 2, 4, 3}))
        .isEqualTo(new float[] {6});
  }

  // ---- parts ----

  private static Sketch map(int channels) {
    return Sketch.of(channels, 1, 1);
  }

  /** z = weight·x + bias, by a 1 × 1 convolution. */
  private static Op.Conv conv(Double bias, double weight) {
    return new Op.Conv(
        point(),
        1,
        Tensor.of(Shape.of(1, 1, 1, 1), weight),
        bias == null ? null : Tensor.vector(bias),
        Activation.NONE);
  }

  private static Op.Conv depthwise(double... weights) {
    int channels = weights.length;
    Tensor weight = Tensor.of(Shape.of(channels, 1, 1, 1), weights);
    return new Op.Conv(point(), channels, weight, null, Activation.NONE);
  }

  private static Window point() {
    Window.Pair one = new Window.Pair(1, 1);
    return new Window(one, one, one, Window.Padding.NONE);
  }

  private static Op.BatchNorm norm(double gamma, double beta, double mean, double variance) {
    return new Op.BatchNorm(
        Tensor.vector(gamma), Tensor.vector(beta), Tensor.vector(mean), Tensor.vector(variance), 0);
  }

  /** 1 − x, 7 and 1.5·x + 8. */
  private static Op.BatchNorm threeChannels() {
    return new Op.BatchNorm(
        Tensor.vector(-2, 0, 3),
        Tensor.vector(1, 7, 8),
        Tensor.vector(0, 5, 0),
        Tensor.filled(3, 3),
        1);
  }

  /** What is left must be these operators. */
  private static Folded folded(Graph graph, String... operators) {
    Folded folded = Folded.of(graph);
    assertThat(folded.operators()).containsExactlyElementsIn(operators).inOrder();
    return folded;
  }

  private static double[] run(Folded folded, double... input) {
    Graph graph = folded.graph();
    return Interpreter.run(graph, Map.of(0, input)).get(graph.outputs().get(0).id()).values();
  }

  /** The first element of each output. */
  private static List<Double> outputs(Folded folded, double... input) {
    Map<Integer, Value> values = Interpreter.run(folded.graph(), Map.of(0, input));
    return folded.graph().outputs().stream().map(o -> values.get(o.id()).value(0)).toList();
  }

  private Compilation compile(String network, String fields) {
    return Networks.compile(
        weights, List.of(), Networks.network(network + ", weights = \"w.safetensors\"", fields));
  }

  private float[] run(String network, String fields, float... input) {
    return Networks.load(compile(network, fields), "p.SinteredX").run(input);
  }
}
