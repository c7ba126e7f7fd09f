package dev.sinter.processor;

import static com.google.common.truth.Truth.assertWithMessage;

import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.verify.Value;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Declared networks, folded and not, and imported ones against ONNX Runtime on the same networks
 * written as ONNX models. To tell who is wrong if they differ, all three are also measured from the
 * result in double.
 */
class OnnxRuntimeTest {
  private static final int GEOMETRIES = 50;

  /** In units of the largest output: the contract's promise. */
  private static final double CONTRACT = 2e-5;

  @TempDir private static Path weights;
  private static Compilation folded;
  private static Compilation unfolded;
  private static Compilation imported;

  /** All in one compilation, which takes a fraction of what one for each network would. */
  @BeforeAll
  static void compile() throws IOException {
    List<OnnxTwin> twins = new ArrayList<>();
    geometries().map(ConvGeometry::twin).forEach(twins::add);
    pools().map(PoolGeometry::twin).forEach(twins::add);
    twins.add(SmallNetwork.twin());
    for (OnnxTwin twin : twins) {
      twin.writeWeights(weights);
      twin.writeModel(weights);
    }
    JavaFileObject[] declarations =
        twins.stream().map(OnnxTwin::declaration).toArray(JavaFileObject[]::new);
    folded = Networks.compile(weights, List.of(), declarations);
    unfolded = Networks.compile(weights, List.of("-Asinter.fold=none"), declarations);
    imported =
        Networks.compile(
            weights,
            List.of(),
            twins.stream().map(OnnxTwin::imported).toArray(JavaFileObject[]::new));
  }

  static Stream<ConvGeometry> geometries() {
    return IntStream.range(0, GEOMETRIES).mapToObj(ConvGeometry::of);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("geometries")
  void convolutionAndBatchNormGiveOnnxRuntimesOutput(ConvGeometry geometry) throws Exception {
    OnnxTwin twin = geometry.twin();
    compare(twin, y -> scaled(magnitudes(y), twin.unitError()));
    assertWithMessage("multiplications, for the folded network")
        .that(model(folded, twin).macs())
        .isLessThan(model(unfolded, twin).macs());
  }

  static Stream<PoolGeometry> pools() {
    return PoolGeometry.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pools")
  void poolGivesOnnxRuntimesOutput(PoolGeometry geometry) throws Exception {
    OnnxTwin twin = geometry.twin();
    compare(twin, y -> scaled(magnitudes(y), twin.unitError()));
  }

  /**
   * Through twenty layers the sum of magnitudes grows far beyond the values, so here the promise
   * counts.
   */
  @Test
  void wholeNetworkGivesOnnxRuntimesOutput() throws Exception {
    compare(
        SmallNetwork.twin(),
        y -> {
          double largest = Arrays.stream(y.values()).map(Math::abs).max().orElseThrow();
          return scaled(DoubleStream.generate(() -> largest).limit(y.size()), CONTRACT);
        });
  }

  private static DoubleStream magnitudes(Value y) {
    return IntStream.range(0, y.size()).mapToDouble(y::magnitude);
  }

  private static double[] scaled(DoubleStream values, double factor) {
    return values.map(value -> factor * value).toArray();
  }

  /**
   * Compares every output of a network.
   *
   * @param tolerance what each element may be off, given the output in double
   */
  private static void compare(OnnxTwin twin, Function<Value, double[]> tolerance) throws Exception {
    Random random = new Random(twin.name().hashCode());
    float[] x = new float[Math.toIntExact(twin.input().size())];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    Map<String, float[]> oracle = twin.byOnnxRuntime(x);
    Map<String, float[]> asFolded = run(model(folded, twin), x);
    Map<String, float[]> asDeclared = run(model(unfolded, twin), x);
    Map<String, float[]> asImported =
        run(Networks.load(imported, "p.Sintered" + twin.name() + "Imported"), x);
    twin.inDouble(x)
        .forEach(
            (output, exact) -> {
              String name = twin.name() + "." + output;
              double[] allowed = tolerance.apply(exact);
              double[] theirs = widened(oracle.get(output));
              double[] fused = widened(asFolded.get(output));
              double[] plain = widened(asDeclared.get(output));
              // Each may be off by what is allowed, so two of them may differ by twice that.
              check(name + ", folded and ONNX Runtime", fused, theirs, 2, allowed);
              check(name + ", unfolded and ONNX Runtime", plain, theirs, 2, allowed);
              check(name + ", ONNX Runtime and double", theirs, exact.values(), 1, allowed);
              double[] read = widened(asImported.get(output));
              check(name + ", imported and double", read, exact.values(), 1, allowed);
              check(name + ", folded and double", fused, exact.values(), 1, allowed);
              check(name + ", unfolded and double", plain, exact.values(), 1, allowed);
            });
  }

  private static void check(String what, double[] a, double[] b, double most, double[] allowed) {
    assertWithMessage("length of %s", what).that(a.length).isEqualTo(b.length);
    double worst = 0;
    for (int i = 0; i < a.length; i++) {
      // Where nothing is allowed all terms are 0, and what is off is infinitely far off.
      double difference = Math.abs(a[i] - b[i]);
      double error = difference == 0 ? 0 : difference / allowed[i];
      worst = Math.max(worst, error); // NaN if one was
    }
    assertWithMessage("difference of %s in units of what one may be off", what)
        .that(worst)
        .isAtMost(most);
  }

  private static double[] widened(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  private static Model model(Compilation compilation, OnnxTwin twin) {
    return Networks.load(compilation, "p.Sintered" + twin.name());
  }

  private static Map<String, float[]> run(Model model, float[] x) {
    Map<String, float[]> outputs = new LinkedHashMap<>();
    model.outputs().forEach(port -> outputs.put(port.name(), new float[port.size()]));
    try (Session session = model.newSession()) {
      session.run(new float[][] {x}, outputs.values().toArray(float[][]::new));
    }
    return outputs;
  }
}
