package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.verify.Interpreter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks that are given the bytes of images. */
class PixelsTest {
  private static final int HEIGHT = 6;
  private static final int WIDTH = 5;
  private static final int PLANE = HEIGHT * WIDTH;

  /**
   * In units of the largest output. The convolutions sum 27 products of floats, so they are off by
   * at most (27 + 2)·2⁻²⁴ = 1.8e-6 of Σ|w·x|, which is up to ten times the largest output here.
   */
  private static final double TOLERANCE = 2e-5;

  private static final String STATISTICS =
      "mean = {0.485, 0.456, 0.406}, std = {0.229, 0.224, 0.225}";

  private static final String PADDED =
      "@Conv(padding = 1) Layer conv; @BatchNorm Layer bn; @Activation(RELU) Layer relu;";

  private static final String STRIDED =
      "@Conv(padding = {2, 0, 1, 1}, stride = 2) Layer conv; @BatchNorm Layer bn;";

  private static final String POOLED =
      "@MaxPool(kernel = 2) Layer pool; @Conv(weights = \"conv\", padding = 1) Layer behind;";

  @TempDir private Path folder;

  private final Random random = new Random(41);

  @BeforeEach
  void writeWeights() throws IOException {
    new TestWeights()
        .tensor("conv.weight", 4, 3, 3, 3)
        .norm("bn", 4)
        .tensor("grey.weight", 2, 1, 3, 3)
        .write(folder.resolve("w.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(strings = {PADDED, STRIDED, POOLED})
  void bytesGiveWhatNormalizedFloatsGive(String fields) {
    byte[] bytes = bytes(3 * PLANE);
    float[] values = planes(bytes, 3, 0, 1);
    double[] expected = inDouble("@Normalize(" + STATISTICS + ") Layer norm; " + fields, values);
    for (String fold : List.of("all", "none")) {
      Model model = model(compile("3", STATISTICS, fields, fold));
      float[] found = model.run(bytes);
      assertThat(model.run(values)).isEqualTo(found);
      double largest = 0;
      double error = 0;
      for (int i = 0; i < expected.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        error = Math.max(error, Math.abs(expected[i] - found[i]));
      }
      assertWithMessage(fold).that(error / largest).isLessThan(TOLERANCE);
    }
  }

  /** The zeros around the map are normalized ones, so there the convolution pads with the means. */
  @ParameterizedTest
  @ValueSource(strings = {PADDED, STRIDED})
  void normalizationIsFoldedIntoTheFirstConvolution(String fields) {
    Compilation compilation = compile("3", STATISTICS, fields, "all");
    Set<String> files = Networks.files(compilation).keySet();
    assertThat(files).contains("p/SinteredX_Conv.class");
    assertThat(files).doesNotContain("p/SinteredX_Input_Pixels.class");
    assertThat(Networks.files(compile("3", STATISTICS, fields, "none")).keySet())
        .contains("p/SinteredX_Input_Pixels.class");
  }

  @ParameterizedTest
  @CsvSource({"RGB,3,0,1", "BGR,3,2,-1", "RGBA,4,0,1", "BGRA,4,2,-1", "ARGB,4,1,1", "ABGR,4,3,-1"})
  void orderOfTheColours(String order, int stride, int first, int step) {
    byte[] bytes = bytes(3 * stride * PLANE);
    Model model =
        model(compile("3", STATISTICS + ", order = Pixels.Order." + order, PADDED, "all"));
    float[] expected = new float[3 * 4 * PLANE];
    for (int image = 0; image < 3; image++) {
      byte[] one = Arrays.copyOfRange(bytes, image * stride * PLANE, bytes.length);
      float[] found = model.run(planes(one, stride, first, step));
      System.arraycopy(found, 0, expected, image * found.length, found.length);
    }
    assertThat(model.run(bytes)).isEqualTo(expected);
    float[] output = new float[expected.length];
    try (Session session = model.newSession(2)) {
      session.run(bytes, output);
      assertThat(output).isEqualTo(expected);
      float[] again = new float[expected.length];
      session.run(bytes, new float[][] {again});
      assertThat(again).isEqualTo(expected);
    }
  }

  @Test
  void greyIsOneByteAPixelAndOneIsWhite() {
    Model model = model(compile("1", "", "@Identity Layer same;", "all"));
    byte[] bytes = bytes(PLANE);
    float[] found = model.run(bytes);
    for (int i = 0; i < PLANE; i++) {
      // 1/255 is rounded, and the product is.
      assertThat(found[i]).isWithin(2.4e-7f).of((bytes[i] & 0xff) / 255f);
    }
  }

  @Test
  void importedModelsTakeBytesToo() throws IOException {
    OnnxModel file = new OnnxModel("m", Shape.of(3, HEIGHT, WIDTH));
    file.node("GlobalMaxPool", "pool", "input");
    file.output("pool");
    Files.write(folder.resolve("m.onnx"), file.bytes());
    Compilation compilation =
        Networks.compile(
            folder,
            List.of(),
            Networks.network("model = \"m.onnx\", pixels = @Pixels(mean = 0.5, std = 0.25)", ""));
    byte[] bytes = new byte[3 * PLANE];
    bytes[7 * 3 + 1] = (byte) 255;
    assertThat(model(compilation).run(bytes)).usingTolerance(1e-6).containsExactly(-2, 2, -2);
  }

  private Compilation compile(String channels, String pixels, String fields, String fold) {
    return Networks.compile(
        folder,
        List.of("-Asinter.fold=" + fold),
        Networks.network(
            "input = {%s, %d, %d}, weights = \"w.safetensors\", pixels = @Pixels(%s)"
                .formatted(channels, HEIGHT, WIDTH, pixels),
            fields));
  }

  private static Model model(Compilation compilation) {
    return Networks.load(compilation, "p.SinteredX");
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The channels of an image as [3, H, W]. */
  private static float[] planes(byte[] bytes, int stride, int first, int step) {
    float[] planes = new float[3 * PLANE];
    for (int i = 0; i < planes.length; i++) {
      planes[i] = bytes[i % PLANE * stride + first + i / PLANE * step] & 0xff;
    }
    return planes;
  }

  /** What a network gives for values that are divided by 255. */
  private double[] inDouble(String fields, float[] values) {
    Graph graph =
        DeclaredGraph.of(
            folder,
            Networks.network(
                "input = {3, %d, %d}, weights = \"w.safetensors\"".formatted(HEIGHT, WIDTH),
                fields));
    double[] input = new double[values.length];
    for (int i = 0; i < input.length; i++) {
      input[i] = values[i] / 255.0;
    }
    int id = graph.inputs().get(0).id();
    return Interpreter.run(graph, Map.of(id, input)).get(graph.outputs().get(0).id()).values();
  }
}
