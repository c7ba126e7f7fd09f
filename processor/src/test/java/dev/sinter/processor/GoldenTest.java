package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.Model;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.layer.LayerTypes;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.Locator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Networks declared with fields against PyTorch in double precision. {@code goldens.py} beside the
 * goldens made them: a declaration, its weights, inputs and PyTorch's outputs.
 */
class GoldenTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");

  /**
   * The largest error in units of the largest output. Constants and inputs are floats, so each term
   * of a sum of n has a relative error of at most (n + 2)·2⁻²⁴; the longest sum in these networks
   * has 147 + 1 terms, and rounding errors of random sign grow with √n: 12·2⁻²⁴ = 7e-7 a layer, of
   * Σ|w·x|, which is up to ten times the largest output here. The contract allows 2e-5.
   */
  private static final double TOLERANCE = 2e-5;

  static Stream<String> goldens() throws IOException {
    try (Stream<Path> files = Files.list(GOLDENS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".fields"))
          .map(name -> name.replace(".fields", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  /** And a place in the README. An input is declared in the tests of several of them. */
  @ParameterizedTest
  @MethodSource("layers")
  void everyLayerHasAGolden(String layer) throws IOException {
    List<String> texts = new ArrayList<>();
    for (String golden : goldens().toList()) {
      texts.add(Files.readString(GOLDENS.resolve(golden + ".fields")));
    }
    Pattern annotation = Pattern.compile("@" + layer + "\\b");
    assertWithMessage("goldens with @%s; a case in %s/goldens.py makes one", layer, GOLDENS)
        .that(texts.stream().anyMatch(annotation.asPredicate()))
        .isTrue();
    assertWithMessage("@%s in the README", layer)
        .that(annotation.matcher(Files.readString(Path.of("../README.md"))).find())
        .isTrue();
  }

  static Stream<String> layers() {
    return LayerTypes.annotations().stream().filter(layer -> !layer.equals("Input"));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void foldedNetworkGivesPyTorchsOutput(String golden) throws Exception {
    compare(golden, List.of());
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void unfoldedNetworkGivesPyTorchsOutput(String golden) throws Exception {
    compare(golden, List.of("-Asinter.fold=none"));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void networkInResourceGivesTheSameBits(String golden) throws Exception {
    Tensor input = values(golden, "input");
    float[] inClasses = model(golden, "", List.of()).run(input.toFloats());
    float[] inResource =
        model(golden, ", bake = Network.Bake.RESOURCE", List.of()).run(input.toFloats());
    assertThat(inResource).isEqualTo(inClasses);
  }

  private static void compare(String golden, List<String> options) throws Exception {
    float[] actual = model(golden, "", options).run(values(golden, "input").toFloats());
    Tensor expected = values(golden, "output");
    assertThat(actual).hasLength(expected.size());
    double largest = 0;
    double error = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected.get(i)));
      error = Math.max(error, Math.abs(actual[i] - expected.get(i)));
    }
    assertWithMessage("error in units of the largest output")
        .that(error / largest)
        .isLessThan(TOLERANCE);
  }

  private static Model model(String golden, String arguments, List<String> options)
      throws IOException {
    List<String> lines = Files.readAllLines(GOLDENS.resolve(golden + ".fields"));
    String network =
        "input = %s, weights = \"%s.safetensors\"%s".formatted(lines.get(0), golden, arguments);
    String fields = String.join("\n", lines.subList(1, lines.size()));
    return Networks.load(
        Networks.compile(GOLDENS, options, Networks.network(network, fields)), "p.SinteredX");
  }

  private static Tensor values(String golden, String name) throws Exception {
    Container container =
        new Locator(List.of(new dev.sinter.processor.weights.DirectoryPlace(GOLDENS)), "")
            .open(golden + ".golden.safetensors")
            .container();
    return container.read(name);
  }
}
