package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.quantize.Quantizer;
import dev.sinter.processor.quantize.Storage;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights in fewer bits, from the declaration to what the compiled network gives. */
class StorageTest {
  private static final String FIELDS =
      """
      @Conv(padding = 1%s) Layer conv1;
      @BatchNorm Layer bn1;
      @Activation(RELU) Layer relu1;
      @Conv(padding = 1) Layer depthwise;
      @BatchNorm Layer bn2;
      @ConvTranspose(stride = 2, groups = 2) Layer up;
      @BatchNorm Layer bn3;
      @Flatten Layer features;
      @Linear Layer fc;
      """;

  @TempDir Path folder;

  @BeforeEach
  void writeWeights() throws IOException {
    Random random = new Random(5);
    SafetensorsWriter writer = new SafetensorsWriter();
    gaussian(writer, random, "conv1.weight", 32, 3, 3, 3);
    norm(writer, random, "bn1", 32);
    gaussian(writer, random, "depthwise.weight", 32, 1, 3, 3);
    norm(writer, random, "bn2", 32);
    gaussian(writer, random, "up.weight", 32, 5, 2, 2);
    gaussian(writer, random, "up.bias", 10);
    norm(writer, random, "bn3", 10);
    gaussian(writer, random, "fc.weight", 20, 10 * 12 * 12);
    gaussian(writer, random, "fc.bias", 20);
    writer.write(folder.resolve("w.safetensors"));
  }

  private static void norm(SafetensorsWriter writer, Random random, String name, int channels) {
    gaussian(writer, random, name + ".weight", channels);
    gaussian(writer, random, name + ".bias", channels);
    gaussian(writer, random, name + ".running_mean", channels);
    writer.add(name + ".running_var", floats(channels, () -> 0.1 + random.nextDouble()), channels);
  }

  private static void gaussian(SafetensorsWriter writer, Random random, String name, int... shape) {
    int size = 1;
    for (int extent : shape) {
      size *= extent;
    }
    writer.add(name, floats(size, random::nextGaussian), shape);
  }

  private static float[] floats(int size, DoubleSupplier values) {
    float[] floats = new float[size];
    for (int i = 0; i < size; i++) {
      floats[i] = (float) values.getAsDouble();
    }
    return floats;
  }

  private static String arguments(String storage, String bake) {
    return "input = {3, 6, 6}, weights = \"w.safetensors\", storage = Storage.%s, bake = Network.Bake.%s"
        .formatted(storage, bake);
  }

  private Compilation compile(String storage, String bake, String conv1, String... options) {
    Compilation compilation =
        Networks.compile(
            folder,
            List.of(options),
            Networks.network(arguments(storage, bake), FIELDS.formatted(conv1)));
    assertThat(compilation).succeeded();
    return compilation;
  }

  /** The compiled network against the double interpreter, which is given the weights as stored. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT16, CLASS",
    "FLOAT16, RESOURCE",
    "INT8, CLASS",
    "INT8, RESOURCE",
    "FLOAT32, CLASS"
  })
  void givesWhatTheStoredWeightsGive(String storage, String bake) {
    Model model = Networks.load(compile(storage, bake, ""), "p.SinteredX");
    Graph declared =
        DeclaredGraph.of(folder, Networks.network(arguments(storage, bake), FIELDS.formatted("")));
    Graph folded = new Folder(Folder.ALL).fold(declared, rewrite -> {});
    Graph stored = new Quantizer(name -> Storage.valueOf(storage)).store(folded, declared);
    Random random = new Random(6);
    double[] image = DoubleStream.generate(random::nextGaussian).limit(108).toArray();
    float[] pixels = new float[image.length];
    for (int i = 0; i < image.length; i++) {
      pixels[i] = (float) image[i];
      image[i] = pixels[i];
    }
    Value expected =
        Interpreter.run(stored, Map.of(stored.inputs().get(0).id(), image))
            .get(stored.outputs().get(0).id());
    float[] found = model.run(pixels);
    for (int i = 0; i < found.length; i++) {
      // The longest sum has 1,440 terms: 1,442·2⁻²⁴ of the magnitude at most, of each of 4 layers.
      assertThat((double) found[i])
          .isWithin(4 * 1442 * 0x1p-24 * expected.magnitude(i))
          .of(expected.value(i));
    }
  }

  @ParameterizedTest
  @CsvSource({"FLOAT16", "INT8"})
  void bothBakingsGiveTheSameBits(String storage) {
    float[] pixels = floats(108, new Random(7)::nextGaussian);
    float[] inClasses = Networks.load(compile(storage, "CLASS", ""), "p.SinteredX").run(pixels);
    float[] inResource = Networks.load(compile(storage, "RESOURCE", ""), "p.SinteredX").run(pixels);
    assertThat(inResource).isEqualTo(inClasses);
  }

  /** Weights: 864 + 288 + 640 + 28,800; biases and scales: 32 + 32 + 10 + 20. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 122368, 0", "FLOAT16, 61184, 0", "INT8, 30592, 376"})
  void resourceHoldsJustThat(String storage, int weights, int scales) {
    byte[] resource = Networks.files(compile(storage, "RESOURCE", "")).get("p/SinteredX.bin");
    assertThat(resource).hasLength(weights + scales + 4 * (32 + 32 + 10 + 20));
  }

  /**
   * Seven bits of a character are for constants, and the character 0, which takes two bytes, is
   * rare: 8/7 of the bytes and 2 % more, and 10,000 for the code of five classes.
   */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 4", "FLOAT16, 2", "INT8, 1"})
  void classesShrink(String storage, int bytes) {
    long classes =
        Networks.files(compile(storage, "CLASS", "")).entrySet().stream()
            .filter(file -> file.getKey().endsWith(".class"))
            .mapToLong(file -> file.getValue().length)
            .sum();
    double weights = 8 / 7.0 * 30_592 * bytes;
    assertThat((double) classes).isLessThan(1.02 * weights + 10_000);
    assertThat((double) classes).isGreaterThan(weights);
  }

  @ParameterizedTest
  @EnumSource(Storage.class)
  void oneLayerMayStayAsItIs(Storage storage) throws IOException {
    Compilation compilation = compile("INT8", "RESOURCE", ", storage = Storage." + storage);
    String source =
        compilation
            .generatedSourceFile("p.SinteredX_Conv1")
            .orElseThrow()
            .getCharContent(false)
            .toString();
    String expected =
        switch (storage) {
          case FLOAT32 -> "float[] weights = constants.next(864)";
          case FLOAT16 -> "float[] weights = constants.nextHalves(864)";
          case INT8 -> "float[] weights = Constants.scaled(constants.nextBytes(864), scales)";
        };
    assertThat(source).contains(expected);
  }

  /** Of two layers that become one, that which asks for more decides. */
  @Test
  void mergedLayersAreStoredAsTheMoreExactOne() throws IOException {
    new TestWeights()
        .tensor("first.weight", 4, 8)
        .tensor("second.weight", 2, 4)
        .write(folder.resolve("two.safetensors"));
    Compilation compilation =
        Networks.compile(
            folder,
            List.of(),
            Networks.network(
                "input = 8, weights = \"two.safetensors\", storage = Storage.INT8",
                "@Linear(storage = Storage.FLOAT16) Layer first; @Linear Layer second;"));
    assertThat(compilation).succeeded();
    assertThat(note(compilation)).contains("weights FLOAT16");
  }

  @Test
  void sameBytesEachTime() {
    Map<String, byte[]> first = Networks.files(compile("INT8", "RESOURCE", ""));
    Map<String, byte[]> second = Networks.files(compile("INT8", "RESOURCE", ""));
    assertThat(second.keySet()).isEqualTo(first.keySet());
    first.forEach((name, bytes) -> assertWithMessage(name).that(second.get(name)).isEqualTo(bytes));
  }

  /**
   * Rounding twice costs halves 3 dB: the errors are independent, so their energies add. Here they
   * are those of 864 weights, of which few channels have most of the energy.
   */
  @Test
  void foldedFirstIsMoreExact() {
    Matcher figures =
        Pattern.compile("signal to noise ([\\d.]+) dB \\(([\\d.]+) dB if quantized before")
            .matcher(source(compile("FLOAT16", "CLASS", ""), "SinteredX_Conv1"));
    assertThat(figures.find()).isTrue();
    double gain = Double.parseDouble(figures.group(1)) - Double.parseDouble(figures.group(2));
    assertThat(gain).isWithin(1).of(10 * Math.log10(2));
  }

  @Test
  void unfoldedNetworkHasNoOtherOrder() {
    String note = note(compile("INT8", "CLASS", "", "-Asinter.fold=none"));
    assertThat(note).containsMatch("weights INT8, [\\d.]+ KiB of [\\d.]+ KiB, outputs [\\d.]+ dB,");
    assertThat(note).doesNotContain("before folding");
  }

  @Test
  void floatsSayNothing() {
    assertThat(note(compile("FLOAT32", "CLASS", ""))).doesNotContain("dB");
  }

  @Test
  void changeIsMeasuredOnGivenImages() throws IOException {
    new TestWeights().tensor("images", 5, 3, 6, 6).write(folder.resolve("calibration"));
    String option = "-Asinter.calibration=" + folder.resolve("calibration/images.npy");
    assertThat(head(option)).contains("for 5 given images");
    assertThat(head()).contains("for 8 random images");
  }

  @Test
  void folderMayHaveImagesForEachNetwork() throws IOException {
    String option = "-Asinter.calibration=" + folder.resolve("calibration");
    new TestWeights().tensor("p.Y", 5, 3, 6, 6).write(folder.resolve("calibration"));
    assertThat(head(option)).contains("for 8 random images");
    new TestWeights().tensor("p.X", 1, 3, 6, 6).write(folder.resolve("calibration"));
    assertThat(head(option)).contains("for 1 given image ");
  }

  private String head(String... options) {
    return source(compile("INT8", "CLASS", "", options), "SinteredX")
        .replaceAll("\\s*\\n\\s*\\*\\s*", " ");
  }

  @Test
  void limitThatHolds() {
    compile("INT8", "CLASS", "", "-Asinter.maxQuantizationError=0.1");
  }

  @Test
  void importedModelIsStoredToo() throws IOException {
    SmallNetwork.twin().writeModel(folder);
    Compilation compilation =
        Networks.compile(
            folder,
            List.of(),
            Networks.network("model = \"SmallNetwork.onnx\", storage = Storage.FLOAT16", ""));
    assertThat(compilation).succeeded();
    assertThat(note(compilation)).contains("weights FLOAT16");
  }

  private static String note(Compilation compilation) {
    return compilation.notes().toString();
  }

  private static String source(Compilation compilation, String type) {
    try {
      return compilation
          .generatedSourceFile("p." + type)
          .orElseThrow()
          .getCharContent(false)
          .toString();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
