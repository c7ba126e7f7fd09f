package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keras' weights against a computation in Keras' own terms: maps [H, W, C] in loops over kernels as
 * they are stored, so that nothing in it knows of another layout.
 */
class KerasConventionTest {
  private static final double KERAS_EPSILON = 1e-3;
  private static final double TOLERANCE = 2e-5;

  @TempDir Path folder;

  private final Random random = new Random(11);
  private final Map<String, float[]> weights = new TreeMap<>();
  private final Map<String, int[]> shapes = new TreeMap<>();

  /** A map with channels last; a vector has one row and one column. */
  private record Hwc(int height, int width, int channels, double[] values) {
    double at(int y, int x, int c) {
      return values[(y * width + x) * channels + c];
    }

    /** Keras' Flatten: the same elements in the same order. */
    Hwc flatten() {
      return new Hwc(1, 1, values.length, values);
    }
  }

  /** Draws a tensor for the file. */
  private float[] draw(String name, float low, float high, int... shape) {
    int size = 1;
    for (int extent : shape) {
      size *= extent;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = low + (high - low) * random.nextFloat();
    }
    weights.put(name, values);
    shapes.put(name, shape);
    return values;
  }

  /** Conv2D, valid; a dense layer is one with a 1 × 1 kernel on one pixel. */
  private Hwc conv(String name, Hwc x, int kh, int kw, int groups, int out) {
    int in = x.channels() / groups;
    float[] kernel = draw(name + "/kernel:0", -1, 1, kh, kw, in, out);
    float[] bias = draw(name + "/bias:0", -1, 1, out);
    int height = x.height() - kh + 1;
    int width = x.width() - kw + 1;
    double[] y = new double[height * width * out];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        for (int o = 0; o < out; o++) {
          double sum = bias[o];
          for (int ky = 0; ky < kh; ky++) {
            for (int kx = 0; kx < kw; kx++) {
              for (int i = 0; i < in; i++) {
                int channel = o / (out / groups) * in + i;
                sum +=
                    x.at(row + ky, column + kx, channel)
                        * kernel[((ky * kw + kx) * in + i) * out + o];
              }
            }
          }
          y[(row * width + column) * out + o] = sum;
        }
      }
    }
    return new Hwc(height, width, out, y);
  }

  /** DepthwiseConv2D, valid, without bias. */
  private Hwc depthwise(String name, Hwc x, int kh, int kw, int multiplier) {
    float[] kernel = draw(name + "/depthwise_kernel:0", -1, 1, kh, kw, x.channels(), multiplier);
    int height = x.height() - kh + 1;
    int width = x.width() - kw + 1;
    int out = x.channels() * multiplier;
    double[] y = new double[height * width * out];
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        for (int c = 0; c < x.channels(); c++) {
          for (int m = 0; m < multiplier; m++) {
            double sum = 0;
            for (int ky = 0; ky < kh; ky++) {
              for (int kx = 0; kx < kw; kx++) {
                sum +=
                    x.at(row + ky, column + kx, c)
                        * kernel[((ky * kw + kx) * x.channels() + c) * multiplier + m];
              }
            }
            y[(row * width + column) * out + c * multiplier + m] = sum;
          }
        }
      }
    }
    return new Hwc(height, width, out, y);
  }

  /** BatchNormalization with variances around ε, so that another ε would be far off. */
  private Hwc norm(String name, Hwc x, boolean scale, boolean center) {
    int channels = x.channels();
    float[] gamma = scale ? draw(name + "/gamma:0", -2, 2, channels) : null;
    float[] beta = center ? draw(name + "/beta:0", -1, 1, channels) : null;
    float[] mean = draw(name + "/moving_mean:0", -1, 1, channels);
    float[] variance = draw(name + "/moving_variance:0", 1e-4f, 3e-3f, channels);
    double[] y = new double[x.values().length];
    for (int i = 0; i < y.length; i++) {
      int c = i % channels;
      double normal = (x.values()[i] - mean[c]) / Math.sqrt(variance[c] + KERAS_EPSILON);
      y[i] = (gamma == null ? 1 : gamma[c]) * normal + (beta == null ? 0 : beta[c]);
    }
    return new Hwc(x.height(), x.width(), channels, y);
  }

  private static Hwc prelu(Hwc x, float[] slopes) {
    double[] y = new double[x.values().length];
    for (int i = 0; i < y.length; i++) {
      double value = x.values()[i];
      y[i] = value < 0 ? value * slopes[i % slopes.length] : value;
    }
    return new Hwc(x.height(), x.width(), x.channels(), y);
  }

  private Hwc input(int height, int width, int channels) {
    float[] values = draw("input", -1, 1, height, width, channels);
    weights.remove("input");
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return new Hwc(height, width, channels, wide);
  }

  private void write(UnaryOperator<String> rename) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    weights.forEach((name, values) -> writer.add(rename.apply(name), values, shapes.get(name)));
    writer.write(folder.resolve("w.safetensors"));
  }

  private Compilation compile(String shape, String fields, List<String> options) {
    return Networks.compile(
        folder,
        options,
        Networks.network(
            "input = %s, weights = \"w.safetensors\", convention = Network.Convention.KERAS"
                .formatted(shape),
            fields));
  }

  private Compilation compile(String shape, String fields) {
    return compile(shape, fields, List.of());
  }

  /** Our order of a map's elements. */
  private static float[] channelsFirst(Hwc x) {
    float[] result = new float[x.values().length];
    int plane = x.height() * x.width();
    for (int c = 0; c < x.channels(); c++) {
      for (int p = 0; p < plane; p++) {
        result[c * plane + p] = (float) x.values()[p * x.channels() + c];
      }
    }
    return result;
  }

  private static void assertRuns(Compilation compilation, Hwc input, Hwc output) {
    float[] actual = Networks.load(compilation, "p.SinteredX").run(channelsFirst(input));
    float[] expected = channelsFirst(output);
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

  private void assertComputes(String shape, Hwc input, Hwc output, String fields)
      throws IOException {
    write(name -> name);
    Compilation folded = compile(shape, fields);
    assertThat(folded.warnings()).isEmpty();
    assertRuns(folded, input, output);
    assertRuns(compile(shape, fields, List.of("-Asinter.fold=none")), input, output);
  }

  private static final String IMAGE_FIELDS =
      """
      @Conv Layer conv;
      @BatchNorm Layer bn;
      @Conv Layer dw;
      @BatchNorm Layer bn2;
      @Flatten Layer flat;
      @Linear Layer fc;
      """;

  private Hwc image(Hwc x) {
    Hwc conv = norm("bn", conv("conv", x, 3, 2, 1, 4), true, true);
    Hwc depthwise = norm("bn2", depthwise("dw", conv, 2, 3, 2), true, true);
    return conv("fc_as_conv", depthwise.flatten(), 1, 1, 1, 7);
  }

  /** A Dense layer's kernel is that of the 1 × 1 convolution, without the map's axes. */
  private void dense(String name, String conv) {
    float[] kernel = weights.remove(conv + "/kernel:0");
    int[] shape = shapes.get(conv + "/kernel:0");
    weights.put(name + "/kernel:0", kernel);
    shapes.put(name + "/kernel:0", new int[] {shape[2], shape[3]});
    weights.put(name + "/bias:0", weights.remove(conv + "/bias:0"));
    shapes.put(name + "/bias:0", shapes.get(conv + "/bias:0"));
  }

  @Test
  void kernelsDepthwiseKernelsAndADenseLayerBehindFlatten() throws Exception {
    Hwc x = input(6, 7, 3);
    Hwc y = image(x);
    dense("fc", "fc_as_conv");
    assertComputes("{3, 6, 7}", x, y, IMAGE_FIELDS);
  }

  @Test
  void theOrderOfFlattenGoesThroughWhatActsOnEachElement() throws Exception {
    Hwc x = input(4, 5, 3);
    Hwc norm = norm("bn", x.flatten(), true, true);
    Hwc prelu = prelu(norm, draw("prelu/alpha:0", 0, 1, 60));
    double[] twice = new double[60];
    for (int i = 0; i < twice.length; i++) {
      twice[i] = prelu.values()[i] + x.values()[i];
    }
    Hwc y = conv("c", new Hwc(1, 1, 60, twice), 1, 1, 1, 4);
    dense("fc", "c");
    assertComputes(
        "{3, 4, 5}",
        x,
        y,
        """
        @Flatten Layer flat;
        @BatchNorm Layer bn;
        @PRelu Layer prelu;
        @Dropout Layer dropout;
        @Add({"dropout", "flat"}) Layer sum;
        @Flatten Layer again;
        @Linear Layer fc;
        """);
  }

  @Test
  void behindADenseLayerTheOrderIsItsOwn() throws Exception {
    Hwc x = input(3, 4, 2);
    Hwc hidden = norm("bn", conv("c1", x.flatten(), 1, 1, 1, 6), true, true);
    Hwc y = conv("c2", hidden, 1, 1, 1, 4);
    dense("fc1", "c1");
    dense("fc2", "c2");
    assertComputes(
        "{2, 3, 4}",
        x,
        y,
        "@Flatten Layer flat; @Linear Layer fc1; @BatchNorm Layer bn; @Linear Layer fc2;");
  }

  @Test
  void sequencesGroupsAndSharedSlopes() throws Exception {
    Hwc x = input(1, 9, 4);
    Hwc conv = conv("conv", x, 1, 3, 2, 6);
    Hwc prelu = prelu(conv, draw("prelu/alpha:0", 0, 1, 1, 6));
    Hwc y = conv("c", prelu.flatten(), 1, 1, 1, 5);
    dense("fc", "c");
    shapes.put("conv/kernel:0", new int[] {3, 2, 6});
    assertComputes(
        "{4, 9}",
        x,
        y,
        "@Conv Layer conv; @PRelu Layer prelu; @Flatten Layer flat; @Linear Layer fc;");
  }

  @Test
  void withoutScaleOrCenter() throws Exception {
    Hwc x = input(3, 4, 5);
    Hwc y = norm("c", norm("b", norm("a", x, false, true), true, false), false, false);
    assertComputes(
        "{5, 3, 4}", x, y, "@BatchNorm Layer a; @BatchNorm Layer b; @BatchNorm Layer c;");
  }

  @Test
  void everyWayToWriteANameIsTheSame() throws Exception {
    Hwc x = input(6, 7, 3);
    Hwc y = image(x);
    dense("fc", "fc_as_conv");
    List<UnaryOperator<String>> ways =
        List.of(
            name -> name.replace(":0", ""),
            name -> name.replace(":0", "").replace('/', '.'),
            name -> "model_weights/" + name.replaceFirst("/.*", "") + "/" + name);
    for (UnaryOperator<String> way : ways) {
      write(way);
      assertRuns(compile("{3, 6, 7}", IMAGE_FIELDS), x, y);
    }
  }

  @Test
  void blocksAndPrefixes() throws Exception {
    Hwc x = input(6, 7, 3);
    Hwc y = norm("stage1_last/bn", conv("stage1_first_conv", x, 2, 2, 1, 4), true, true);
    write(name -> name);
    String unit =
        """
        package p;
        import dev.sinter.*;
        @Block
        class Unit {
          @Conv(weights = "first_conv") Layer conv;
          @BatchNorm(weights = "last/bn") Layer bn;
        }
        """;
    Compilation compilation =
        Networks.compile(
            folder,
            List.of(),
            Networks.network(
                "input = {3, 6, 7}, weights = \"w.safetensors\","
                    + " convention = Network.Convention.KERAS",
                "@Block Unit stage1;"),
            Networks.source("p.Unit", unit));
    assertThat(compilation.warnings()).isEmpty();
    assertRuns(compilation, x, y);
  }

  @Test
  void anotherEpsilonCanBeSaid() throws Exception {
    Hwc x = input(3, 3, 2);
    norm("bn", x, true, true);
    write(name -> name);
    float[] usual =
        Networks.load(compile("{2, 3, 3}", "@BatchNorm Layer bn;"), "p.SinteredX")
            .run(channelsFirst(x));
    float[] same =
        Networks.load(compile("{2, 3, 3}", "@BatchNorm(eps = 1e-3) Layer bn;"), "p.SinteredX")
            .run(channelsFirst(x));
    float[] other =
        Networks.load(compile("{2, 3, 3}", "@BatchNorm(eps = 1e-5) Layer bn;"), "p.SinteredX")
            .run(channelsFirst(x));
    assertThat(same).isEqualTo(usual);
    assertThat(other).isNotEqualTo(usual);
  }

  @Test
  void transposedKernelsHaveTheirOutputsBeforeTheirInputs() throws Exception {
    Hwc x = input(2, 3, 3);
    int stride = 2;
    float[] kernel = draw("up/kernel:0", -1, 1, 3, 2, 4, 3);
    float[] bias = draw("up/bias:0", -1, 1, 4);
    int height = stride + 3;
    int width = 2 * stride + 2;
    double[] y = new double[height * width * 4];
    for (int i = 0; i < y.length; i++) {
      y[i] = bias[i % 4];
    }
    for (int row = 0; row < 2; row++) {
      for (int column = 0; column < 3; column++) {
        for (int tap = 0; tap < 6; tap++) {
          int pixel = (row * stride + tap / 2) * width + column * stride + tap % 2;
          for (int o = 0; o < 4; o++) {
            for (int c = 0; c < 3; c++) {
              y[pixel * 4 + o] += x.at(row, column, c) * kernel[(tap * 4 + o) * 3 + c];
            }
          }
        }
      }
    }
    assertComputes(
        "{3, 2, 3}", x, new Hwc(height, width, 4, y), "@ConvTranspose(stride = 2) Layer up;");
  }

  @Test
  void flattenedMapsOneBehindTheOther() throws Exception {
    Hwc x = input(3, 4, 2);
    Hwc conv = conv("conv", x, 2, 2, 1, 3);
    Hwc squeezed = conv("c1", conv.flatten(), 1, 1, 1, 4);
    double[] joined = new double[18 + 4 + 24];
    System.arraycopy(conv.values(), 0, joined, 0, 18);
    System.arraycopy(squeezed.values(), 0, joined, 18, 4);
    System.arraycopy(x.values(), 0, joined, 22, 24);
    Hwc y = conv("c2", new Hwc(1, 1, 46, joined), 1, 1, 1, 5);
    dense("fc1", "c1");
    dense("fc2", "c2");
    assertComputes(
        "{2, 3, 4}",
        x,
        y,
        """
        @Conv Layer conv;
        @Flatten Layer flat;
        @Linear Layer fc1;
        @Reshape(value = 24, from = "input") Layer whole;
        @Concat({"flat", "fc1", "whole"}) Layer joined;
        @Linear Layer fc2;
        """);
  }

  /** Each takes elements by their place, and Keras would have others there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "@Flatten Layer a; @Input({3, 4}) Layer b; @Flatten Layer c; @Add({\"a\", \"c\"}) Layer x;",
        "@Flatten Layer a; @Input(12) Layer b; @Multiply({\"a\", \"b\"}) Layer x;",
        "@Flatten Layer a; @Split(parts = 2, index = 0) Layer x;",
        "@Flatten Layer a; @ChannelShuffle(groups = 2) Layer x;",
        "@Flatten Layer a; @Reshape({3, 4}) Layer x;",
        "@Reshape({4, 3}) Layer x;",
        "@Input(12) Layer a; @Reshape({2, 2, 3}) Layer x;",
      })
  void elementsThatAreOthersAreAnError(String fields) throws Exception {
    assertThat(compile("{2, 6}", fields))
        .hadErrorContaining("[FlattenOrder] 'x' takes elements by their place in a flattened map");
  }

  /** Each keeps the order, or acts on the channels of a map, which are the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "@Input({2, 6}) Layer b; @Flatten Layer c; @Flatten(from = \"input\") Layer a;"
            + " @Add({\"a\", \"c\"}) Layer x;",
        "@Flatten Layer a; @Reshape({2, 3, 2}) Layer x;",
        "@Reshape({2, 2, 3}) Layer x;",
        "@Input(12) Layer a; @Reshape({12, 1, 1}) Layer x; @Add({\"x\", \"x\"}) Layer y;",
        "@Input(12) Layer a; @Reshape({1, 4, 3}) Layer x;",
        "@Input(12) Layer a; @Split(parts = 3, index = 1) Layer x;",
        "@ChannelShuffle(groups = 2) Layer a; @Split(parts = 2, index = 1) Layer x;",
        "@GlobalAvgPool Layer a; @Multiply({\"input\", \"a\"}) Layer x;",
      })
  void elementsThatAreTheSameAreNone(String fields) throws Exception {
    assertThat(compile("{2, 6}", fields)).succeeded();
  }

  @Test
  void aSeparableLayerIsNotTakenForItsFirstHalf() throws Exception {
    draw("sep/depthwise_kernel:0", -1, 1, 3, 3, 2, 1);
    draw("sep/pointwise_kernel:0", -1, 1, 1, 1, 2, 2);
    write(name -> name);
    assertThat(compile("{2, 6, 6}", "@Conv Layer sep;"))
        .hadErrorContaining(
            "[MissingTensor] 'sep' needs the tensor 'sep.kernel', which w.safetensors does not"
                + " have. Under this prefix it has sep/depthwise_kernel:0,"
                + " sep/pointwise_kernel:0.");
  }

  @Test
  void shapesAreToldAsStoredAndAsPyTorchOrdersThem() throws Exception {
    draw("conv/kernel:0", -1, 1, 5, 4, 3, 16);
    draw("fc/kernel:0", -1, 1, 8, 5);
    draw("flat/kernel:0", -1, 1, 8, 5);
    write(name -> name);
    assertThat(compile("{1, 8, 8}", "@Conv Layer conv;"))
        .hadErrorContaining(
            "[WeightShape] 'conv/kernel:0' in w.safetensors has shape [5, 4, 3, 16], which is"
                + " [16, 3, 5, 4] in PyTorch's order; the input of 'conv' has 1 channel, so its"
                + " dimension 1 must be 1.");
    assertThat(compile("{9}", "@Linear Layer fc;"))
        .hadErrorContaining(
            "has shape [8, 5], which is [5, 8] in PyTorch's order; the input of 'fc' has 9"
                + " features, so it must be [out, 9].");
    assertThat(compile("{8, 8, 8}", "@Conv Layer flat;"))
        .hadErrorContaining("'flat/kernel:0' in w.safetensors has shape [8, 5]; the input of");
  }

  @Test
  void twoNamesThatAreTheSameAreAnError() throws Exception {
    draw("conv/kernel:0", -1, 1, 1, 1, 2, 2);
    draw("conv.kernel:0", -1, 1, 1, 1, 2, 2);
    write(name -> name);
    assertThat(compile("{2, 6, 6}", "@Conv Layer conv;"))
        .hadErrorContaining(
            "[AmbiguousConvention] 'conv.kernel:0' in w.safetensors is ambiguous: conv.kernel:0"
                + " and conv/kernel:0 are the same name to KERAS. Rename one.");
  }
}
