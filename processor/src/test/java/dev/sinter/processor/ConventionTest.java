package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Conventions that differ in names, ε and what is stored, against the formulas of their frameworks
 * written out. All variances are so small that ε decides. Layouts are {@link
 * KerasConventionTest}'s.
 */
class ConventionTest {
  private static final int IN = 2;
  private static final int OUT = 4;
  private static final int FEATURES = OUT * 6;
  private static final double TOLERANCE = 2e-5;

  private static final String UNIT =
      """
      package p;
      import dev.sinter.*;
      @Block
      class Unit {
        @Conv Layer conv;
        @BatchNorm(%s) Layer bn;
        @Flatten Layer flat;
        @Linear Layer fc;
      }
      """;

  @TempDir Path folder;

  private final Random random = new Random(3);
  private final SafetensorsWriter file = new SafetensorsWriter();
  private final float[] weight = draw(-1, 1, OUT * IN);
  private final float[] bias = draw(-1, 1, OUT);
  private final float[] gamma = draw(-2, 2, OUT);
  private final float[] beta = draw(-1, 1, OUT);
  private final float[] mean = draw(-1, 1, OUT);
  private final float[] variance = draw(1e-7f, 3e-5f, OUT);
  private final float[] dense = draw(-1, 1, 3 * FEATURES);
  private final float[] ones = {1, 1, 1, 1};
  private final float[] input = draw(-1, 1, IN * 6);

  private float[] draw(float low, float high, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = low + (high - low) * random.nextFloat();
    }
    return values;
  }

  /** What a channel's batch normalization divides by. */
  private interface Deviation {
    double of(double variance);
  }

  private static Deviation inRoot(double epsilon) {
    return variance -> Math.sqrt(variance + epsilon);
  }

  /** A 1 × 1 convolution on [IN, 2, 3], its batch normalization, and a dense layer. */
  private double[] network(
      float[] convBias, float[] scale, float[] shift, Deviation deviation, double divisor) {
    double[] features = new double[FEATURES];
    for (int o = 0; o < OUT; o++) {
      for (int p = 0; p < 6; p++) {
        double sum = convBias[o];
        for (int i = 0; i < IN; i++) {
          sum += (double) weight[o * IN + i] * input[i * 6 + p];
        }
        double centred = sum - (divisor == 0 ? 0 : mean[o] / divisor);
        double spread = deviation.of(divisor == 0 ? 0 : variance[o] / divisor);
        features[o * 6 + p] = scale[o] * centred / spread + shift[o];
      }
    }
    double[] result = new double[3];
    for (int r = 0; r < 3; r++) {
      for (int f = 0; f < FEATURES; f++) {
        result[r] += dense[r * FEATURES + f] * features[f];
      }
    }
    return result;
  }

  private static final float[] ZEROS = new float[OUT];

  private Compilation compile(String convention, String norm, List<String> options)
      throws IOException {
    file.write(folder.resolve("w.safetensors"));
    return Networks.compile(
        folder,
        options,
        Networks.network(
            "input = {2, 2, 3}, weights = \"w.safetensors\", convention = Network.Convention."
                + convention,
            "@Block Unit net;"),
        Networks.source("p.Unit", UNIT.formatted(norm)));
  }

  private Compilation compile(String convention, String norm) throws IOException {
    return compile(convention, norm, List.of());
  }

  private void assertComputes(String convention, String norm, double[] expected)
      throws IOException {
    for (List<String> options : List.of(List.<String>of(), List.of("-Asinter.fold=none"))) {
      Compilation compilation = compile(convention, norm, options);
      float[] actual = Networks.load(compilation, "p.SinteredX").run(input);
      assertThat(actual).hasLength(expected.length);
      double largest = 0;
      double error = 0;
      for (int i = 0; i < actual.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        error = Math.max(error, Math.abs(actual[i] - expected[i]));
      }
      assertWithMessage("error in units of the largest output")
          .that(error / largest)
          .isLessThan(TOLERANCE);
    }
  }

  private ConventionTest with(String name, float[] values, int... shape) {
    file.add(name, values, shape.length == 0 ? new int[] {values.length} : shape);
    return this;
  }

  /**
   * Blobs of a convolution, a batch normalization and an inner product, named as Caffe users do.
   */
  private ConventionTest caffe() {
    return with("net_conv.0", weight, OUT, IN, 1, 1)
        .with("net_conv.1", bias)
        .with("net_bn.0", mean)
        .with("net_bn.1", variance)
        .with("net/fc.0", dense, 3, FEATURES);
  }

  @Test
  void caffeDividesItsStatisticsByTheScaleFactor() throws Exception {
    caffe()
        .with("net_bn.2", new float[] {0.25f})
        .with("net_scale.0", gamma)
        .with("net_scale.1", beta);
    assertComputes("CAFFE", "scale = \"scale\"", network(bias, gamma, beta, inRoot(1e-5), 0.25f));
    assertThat(compile("CAFFE", "scale = \"scale\"").warnings()).isEmpty();
  }

  @Test
  void caffeWithoutScaleLayerHasNeitherGammaNorBeta() throws Exception {
    caffe().with("net_bn.2", new float[] {3});
    assertComputes("CAFFE", "", network(bias, ones, ZEROS, inRoot(1e-5), 3));
  }

  @Test
  void caffesScaleLayerMayHaveNoBias() throws Exception {
    caffe().with("net_bn.2", new float[] {3}).with("net_scale.0", gamma);
    assertComputes("CAFFE", "scale = \"scale\"", network(bias, gamma, ZEROS, inRoot(1e-5), 3));
  }

  @Test
  void caffesScaleFactorOfZeroMakesTheStatisticsZero() throws Exception {
    caffe().with("net_bn.2", new float[] {0});
    assertComputes("CAFFE", "", network(bias, ones, ZEROS, inRoot(1e-5), 0));
    assertThat(compile("CAFFE", ""))
        .hadWarningContaining("[ZeroVariance] 'net_bn.1' in w.safetensors is 0 at channels 0, 1");
  }

  @Test
  void whatCaffeMustHaveIsNotAssumed() throws Exception {
    caffe();
    assertThat(compile("CAFFE", ""))
        .hadErrorContaining(
            "[MissingTensor] 'net.bn' needs the tensor 'net.bn.2', which w.safetensors does not"
                + " have. Under this prefix it has net_bn.0, net_bn.1.");
    with("net_bn.2", new float[] {1, 2});
    assertThat(compile("CAFFE", ""))
        .hadErrorContaining(
            "[WeightShape] 'net_bn.2' in w.safetensors has shape [2]; it is the scale factor of the"
                + " statistics, so it must be [1].");
  }

  @Test
  void caffesScaleLayerMustHaveAScale() throws Exception {
    caffe().with("net_bn.2", new float[] {3}).with("net_scale.1", beta);
    assertThat(compile("CAFFE", "scale = \"scale\""))
        .hadErrorContaining(
            "'net.bn' needs the tensor 'net.scale.0', which w.safetensors does not have. Under"
                + " this prefix it has net_scale.1.");
  }

  /** Tensors of MXNet's symbol API, as they stand in a .params file. */
  private ConventionTest mxnet(float[] stored, String statistics) {
    return with("arg:net_conv_weight", weight, OUT, IN, 1, 1)
        .with("arg:net_conv_bias", bias)
        .with("arg:net_bn_gamma", stored)
        .with("arg:net_bn_beta", beta)
        .with("aux:net_bn_" + statistics + "_mean", mean)
        .with("aux:net_bn_" + statistics + "_var", variance)
        .with("arg:net_fc_weight", dense, 3, FEATURES);
  }

  @Test
  void mxnetsFixedGammaIsOneWhateverIsStored() throws Exception {
    mxnet(gamma, "moving");
    assertComputes("MXNET", "fixGamma = true", network(bias, ones, beta, inRoot(1e-3), 1));
    assertThat(compile("MXNET", "fixGamma = true").warnings()).isEmpty();
  }

  @Test
  void mxnetsOwnGammaIsTakenAsStored() throws Exception {
    mxnet(gamma, "moving");
    assertComputes("MXNET", "fixGamma = false", network(bias, gamma, beta, inRoot(1e-3), 1));
  }

  @Test
  void mxnetsGammaMustBeSaidWhereItMatters() throws Exception {
    mxnet(gamma, "moving");
    assertThat(compile("MXNET", ""))
        .hadErrorContaining(
            "[AmbiguousConvention] 'arg:net_bn_gamma' in w.safetensors is ambiguous: MXNet takes γ"
                + " as 1 with fix_gamma, which is its default, and as stored without. Write"
                + " @BatchNorm(fixGamma = true) or @BatchNorm(fixGamma = false).")
        .inFile(Networks.source("p.Unit", UNIT.formatted("")))
        .onLine(6);
  }

  @Test
  void mxnetsGammaOfOnesIsClear() throws Exception {
    mxnet(ones, "moving");
    assertComputes("MXNET", "", network(bias, ones, beta, inRoot(1e-3), 1));
  }

  @Test
  void gluonHasAnotherEpsilonAndNoFixedGamma() throws Exception {
    mxnet(gamma, "running");
    assertComputes("MXNET", "", network(bias, gamma, beta, inRoot(1e-5), 1));
  }

  @Test
  void mxnetWithoutGammaAndBeta() throws Exception {
    with("net.conv.weight", weight, OUT, IN, 1, 1)
        .with("net.bn.running_mean", mean)
        .with("net.bn.running_var", variance)
        .with("net.fc.weight", dense, 3, FEATURES);
    assertComputes("MXNET", "", network(ZEROS, ones, ZEROS, inRoot(1e-5), 1));
  }

  /** A convolution with Darknet's batch_normalize=1, and a connected layer. */
  private ConventionTest darknet(float[] variances) {
    return with("net.conv.weights", weight, OUT, IN, 1, 1)
        .with("net.conv.biases", beta)
        .with("net.conv.scales", gamma)
        .with("net.conv.rolling_mean", mean)
        .with("net.conv.rolling_variance", variances)
        .with("net.fc.weights", dense, 3, FEATURES);
  }

  @Test
  void darknetAddsEpsilonToTheRootAndItsBiasesAreBeta() throws Exception {
    for (int c = 0; c < OUT; c++) {
      variance[c] *= 1e-7f; // with roots around 1e-6
    }
    darknet(variance);
    Deviation outside = v -> Math.sqrt(v) + 1e-6;
    assertComputes("DARKNET", "weights = \"conv\"", network(ZEROS, gamma, beta, outside, 1));
    assertThat(compile("DARKNET", "weights = \"conv\"").warnings()).isEmpty();
    Deviation larger = v -> Math.sqrt(v) + 1e-4;
    assertComputes(
        "DARKNET", "weights = \"conv\", eps = 1e-4", network(ZEROS, gamma, beta, larger, 1));
  }

  @Test
  void darknetsConvolutionWithoutNormalizationHasItsBiases() throws Exception {
    with("conv.weights", weight, OUT, IN, 1, 1)
        .with("conv.biases", bias)
        .file
        .write(folder.resolve("w.safetensors"));
    Compilation compilation =
        Networks.compile(
            folder,
            List.of(),
            Networks.network(
                "input = {2, 1, 1}, weights = \"w.safetensors\","
                    + " convention = Network.Convention.DARKNET",
                "@Conv Layer conv;"));
    float[] zeros = new float[IN];
    assertThat(Networks.load(compilation, "p.SinteredX").run(zeros)).isEqualTo(bias);
  }

  @Test
  void darknetNeedsARootOfTheVariance() throws Exception {
    variance[2] = -1e-9f;
    darknet(variance);
    assertThat(compile("DARKNET", "weights = \"conv\""))
        .hadErrorContaining(
            "at channel 2, so σ² (ε = 1.0E-6, outside of the root) is not positive and has no"
                + " root.");
  }

  @Test
  void darknetsVarianceOfZeroScalesByEpsilonItself() throws Exception {
    variance[2] = 0;
    darknet(variance);
    assertThat(compile("DARKNET", "weights = \"conv\""))
        .hadWarningContaining("is 0 at channel 2, so the scale there is γ/ε.");
  }

  private ConventionTest pytorch() {
    return with("net.conv.weight", weight, OUT, IN, 1, 1)
        .with("net.conv.bias", bias)
        .with("net.bn.weight", gamma)
        .with("net.bn.bias", beta)
        .with("net.bn.running_mean", mean)
        .with("net.bn.running_var", variance)
        .with("net.fc.weight", dense, 3, FEATURES);
  }

  @Test
  void pytorchIsTheDefaultAndFixGammaAndScaleWorkThereToo() throws Exception {
    pytorch().with("net.other.weight", beta).with("net.other.bias", gamma);
    assertComputes("PYTORCH", "", network(bias, gamma, beta, inRoot(1e-5), 1));
    assertComputes("PYTORCH", "fixGamma = true", network(bias, ones, beta, inRoot(1e-5), 1));
    assertComputes("PYTORCH", "scale = \"other\"", network(bias, beta, gamma, inRoot(1e-5), 1));
  }

  @Test
  void pytorchsNamesAreTakenAsTheyAre() throws Exception {
    with("net_conv_weight", weight, OUT, IN, 1, 1);
    assertThat(compile("PYTORCH", ""))
        .hadErrorContaining(
            "[MissingTensor] 'net.conv' needs the tensor 'net.conv.weight', which w.safetensors"
                + " does not have. Did you mean 'net_conv_weight'? The names in this file look"
                + " like MXNET's: @Network(convention = MXNET).");
  }

  /** Gluon's names with dots are PyTorch's, except for γ and β: they must not be passed over. */
  @Test
  void gammaUnderAnotherConventionsNameIsNotTakenForMissing() throws Exception {
    with("net.conv.weight", weight, OUT, IN, 1, 1)
        .with("net.bn.gamma", gamma)
        .with("net.bn.running_mean", mean)
        .with("net.bn.running_var", variance);
    assertThat(compile("PYTORCH", ""))
        .hadErrorContaining(
            "[AmbiguousConvention] 'net.bn.gamma' in w.safetensors is ambiguous: it is a name of"
                + " MXNET, and the convention of the network, PYTORCH, has no such tensor. Write"
                + " @Network(convention = MXNET), or remove or rename the tensor.");
  }

  @Test
  void pytorchsNamesUnderMxnetAreNotTakenForAFileWithoutGamma() throws Exception {
    pytorch();
    assertThat(compile("MXNET", ""))
        .hadErrorContaining(
            "[AmbiguousConvention] 'net.bn.weight' in w.safetensors is ambiguous: it is a name of"
                + " PYTORCH, and the convention of the network, MXNET, has no such tensor.");
  }

  @ParameterizedTest
  @CsvSource({
    "PYTORCH, KERAS, conv/kernel:0 conv/bias:0 bn/gamma:0 bn/moving_variance:0",
    "PYTORCH, CAFFE, conv.0 conv.1 bn.0 bn.1 bn.2",
    "PYTORCH, MXNET, conv_weight conv_bias bn_gamma bn_moving_var",
    "PYTORCH, DARKNET, conv.weights conv.biases conv.scales conv.rolling_mean",
    "KERAS, PYTORCH, conv.weight conv.bias bn.running_mean bn.num_batches_tracked",
    "DARKNET, CAFFE, conv.0 conv.1",
  })
  void aMissingTensorTellsWhatConventionTheFileLooksLike(
      String declared, String looksLike, String names) throws Exception {
    for (String name : names.split(" ", -1)) {
      with(name, ones);
    }
    assertThat(compile(declared, ""))
        .hadErrorContaining(
            "The names in this file look like %1$s's: @Network(convention = %1$s)."
                .formatted(looksLike));
  }
}
