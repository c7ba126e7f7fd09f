package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static dev.sinter.processor.verify.InterpreterTest.window;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.ir.Window.Padding;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That right folds are certified, and each wrong fold seen in the wild is not. */
final class VerifierTest {
  private static final Window SAME = window(3, 1, 1, new Padding(1, 1, 1, 1));
  private static final Shape INPUT = Shape.of(4, 20, 20);

  private final Random random = new Random(1);
  private final Op.Conv conv = Pattern.conv(random, SAME, 1, 4, 8, true);
  private final Op.BatchNorm norm = Pattern.norm(random, 8);
  private final Op.Conv folded = Pattern.folded(conv, norm);
  private final Graph before = Pattern.chain(INPUT, conv, norm);

  @Test
  void convThenNormIsCertified() {
    Certificate certificate = certify(folded);
    assertThat(certificate.holds()).isTrue();
    assertThat(certificate.exact()).isGreaterThan(0.0);
    assertThat(certificate.exact()).isLessThan(1e-15);
    assertThat(certificate.shipped()).isGreaterThan(1e-9);
    assertThat(certificate.shipped()).isLessThan(6e-8);
    assertThat(certificate.shippedBound()).isLessThan(6e-8);
    assertThat(certificate.values()).isEqualTo(3 * 8 * 9);
    assertThat(certify(folded)).isEqualTo(certificate);
  }

  @Test
  void convWithoutBiasThenNormIsCertified() {
    Op.Conv bare = Pattern.withBias(conv, null);
    Graph graph = Pattern.chain(INPUT, bare, norm);
    Certificate certificate =
        Pattern.certify(graph, Pattern.chain(INPUT, Pattern.folded(bare, norm)));
    assertThat(certificate.holds()).isTrue();
  }

  @Test
  void groupedAndDepthwiseConvsAreCertified() {
    for (int groups : new int[] {2, 4}) {
      Op.Conv grouped = Pattern.conv(random, SAME, groups, 4, 8, true);
      Certificate certificate =
          Pattern.certify(
              Pattern.chain(INPUT, grouped, norm),
              Pattern.chain(INPUT, Pattern.folded(grouped, norm)));
      assertThat(certificate.holds()).isTrue();
    }
  }

  @Test
  void linearThenNormIsCertified() {
    Tensor weight = Pattern.gaussian(random, Shape.of(8, 50));
    Op linear = new Op.Linear(weight, null, Activation.NONE);
    Tensor scaled = Tensor.computed(weight.shape(), i -> weight.get(i) * norm.scale().get(i / 50));
    Op foldedLinear = new Op.Linear(scaled, norm.shift(), Activation.NONE);
    Shape vector = Shape.of(50);
    assertThat(
            Pattern.certify(
                    Pattern.chain(vector, linear, norm), Pattern.chain(vector, foldedLinear))
                .holds())
        .isTrue();
  }

  @Test
  void normThenUnpaddedConvIsCertified() {
    Op.BatchNorm first = Pattern.norm(random, 4);
    Op.Conv bare = Pattern.conv(random, window(3, 2, 1, Padding.NONE), 1, 4, 8, true);
    assertThat(
            Pattern.certify(
                    Pattern.chain(INPUT, first, bare),
                    Pattern.chain(INPUT, Pattern.foldedBackwards(first, bare)))
                .holds())
        .isTrue();
  }

  @Test
  void normAloneIsAnAffineMap() {
    Op.BatchNorm alone = Pattern.norm(random, 4);
    Op affine = new Op.Affine(alone.scale(), alone.shift(), Activation.NONE);
    Certificate certificate =
        Pattern.certify(Pattern.chain(INPUT, alone), Pattern.chain(INPUT, affine));
    assertThat(certificate.holds()).isTrue();
    assertThat(certificate.values()).isEqualTo(3 * 4);
  }

  @ParameterizedTest
  @EnumSource(Activation.Kind.class)
  void activationsMayBeFused(Activation.Kind kind) {
    Activation activation =
        switch (kind) {
          case LEAKY_RELU, ELU, SOFTPLUS -> Activation.of(kind, 0.01);
          case CLIP -> Activation.of(kind, -0.1, 0.7);
          case PRELU -> Activation.of(kind, 0.1, 0.2, 0.3, -0.4, 1.3, 0.6, 0.7, 0.8);
          default -> Activation.of(kind);
        };
    Graph apart = Pattern.chain(INPUT, conv, norm, new Op.Activate(activation));
    Certificate certificate = Pattern.certify(apart, Pattern.chain(INPUT, folded.with(activation)));
    assertWithMessage("%s", certificate).that(certificate.holds()).isTrue();
  }

  @Test
  void identityMayGoThoughItsResultIsTheBoundary() {
    Graph identity = Pattern.chain(INPUT, new Op.Identity());
    Graph.Builder builder = identity.edit().redirect(1, 0);
    Certificate certificate = Verifier.certify(identity, 1, builder.build(), 0, List.of(0));
    assertThat(certificate.holds()).isTrue();
    assertThat(certificate.shipped()).isEqualTo(0.0);
  }

  /** A7: the residual comes from outside the pattern, so that two values must shrink alike. */
  @Test
  void convThenResidualThenNormIsCertified() {
    Window window = window(3, 2, 1, new Padding(1, 1, 1, 1));
    Op.Conv main = Pattern.conv(random, window, 1, 4, 8, true);
    Graph.Builder old = Graph.builder();
    int x = old.add("x", new Op.Input(Shape.of(4, 30, 31)), List.of());
    int r = old.add("r", new Op.Input(Shape.of(8, 15, 16)), List.of());
    int c = old.add("conv", main, List.of(x));
    int sum = old.add("sum", new Op.Add(Activation.NONE), List.of(c, r));
    int y = old.add("norm", norm, List.of(sum));
    Graph residual = old.output("y", y).build();

    Graph.Builder young = residual.edit();
    Op rest = new Op.Affine(norm.scale(), Tensor.filled(8, 0), Activation.NONE);
    int r2 = young.add("rest", rest, List.of(r));
    int c2 = young.add("conv", Pattern.folded(main, norm), List.of(x));
    young.replace(y, List.of("sum"), new Op.Add(Activation.NONE), List.of(c2, r2));
    Certificate certificate = Verifier.certify(residual, y, young.build(), y, List.of(x, r));
    assertThat(certificate.holds()).isTrue();
    assertThat(certificate.values()).isEqualTo(3 * 8 * 9);
  }

  /** C2: the inner product of two kernels is longer than either. */
  @Test
  void twoConvsInOneAreCertified() {
    Op.Conv point = Pattern.conv(random, window(1, 1, 1, Padding.NONE), 1, 8, 5, true);
    int taps = conv.taps();
    Tensor weight =
        Tensor.computed(
            Shape.of(5, 4, 3, 3),
            i -> {
              double sum = 0;
              for (int m = 0; m < 8; m++) {
                sum +=
                    point.weight().get(i / taps * 8 + m) * conv.weight().get(m * taps + i % taps);
              }
              return sum;
            });
    Tensor bias =
        Tensor.computed(
            Shape.of(5),
            o -> {
              double sum = point.bias().get(o);
              for (int m = 0; m < 8; m++) {
                sum += point.weight().get(o * 8 + m) * conv.bias().get(m);
              }
              return sum;
            });
    Op joined = new Op.Conv(SAME, 1, weight, bias, Activation.NONE);
    assertThat(
            Pattern.certify(Pattern.chain(INPUT, conv, point), Pattern.chain(INPUT, joined))
                .holds())
        .isTrue();
  }

  @Test
  void flattenedAndPooledMapsAreTakenWhole() {
    Shape shape = Shape.of(2, 5, 5);
    Op linear = new Op.Linear(Pattern.gaussian(random, Shape.of(3, 50)), null, Activation.NONE);
    Op.BatchNorm first = Pattern.norm(random, 2);
    Op affine = new Op.Affine(first.scale(), first.shift(), Activation.NONE);
    assertThat(
            Pattern.certify(
                    Pattern.chain(shape, first, new Op.Flatten(), linear, new Op.Softmax()),
                    Pattern.chain(shape, affine, new Op.Flatten(), linear, new Op.Softmax()))
                .holds())
        .isTrue();
    Op mean = new Op.GlobalPool(Op.Pool.Kind.AVERAGE);
    assertThat(
            Pattern.certify(Pattern.chain(shape, mean, first), Pattern.chain(shape, affine, mean))
                .holds())
        .isTrue();
  }

  /** Dead channels have γ and β far below the normal floats. */
  @Test
  void underflowOfBakedConstantsIsExplained() {
    Op.BatchNorm dead =
        new Op.BatchNorm(
            Tensor.filled(8, 3e-40),
            Tensor.filled(8, 1e-42),
            Tensor.filled(8, 0),
            Tensor.filled(8, 1.7),
            1e-5);
    Certificate certificate =
        Pattern.certify(
            Pattern.chain(INPUT, conv, dead), Pattern.chain(INPUT, Pattern.folded(conv, dead)));
    assertWithMessage("%s", certificate).that(certificate.holds()).isTrue();
  }

  /** The same where the weights are as small, so that their products are no floats at all. */
  @Test
  void underflowToZeroIsExplained() {
    Op.Conv small = Pattern.withWeight(conv, Pattern.map(conv.weight(), w -> 1e-25 * w));
    Op.BatchNorm dead =
        new Op.BatchNorm(
            Tensor.filled(8, 1e-30),
            Tensor.filled(8, 0),
            Tensor.filled(8, 0),
            Tensor.filled(8, 1.7),
            1e-5);
    Op.Conv bare = Pattern.withBias(small, null);
    Certificate certificate =
        Pattern.certify(
            Pattern.chain(INPUT, bare, dead), Pattern.chain(INPUT, Pattern.folded(bare, dead)));
    assertWithMessage("%s", certificate).that(certificate.holds()).isTrue();
    Op.Conv wrong = Pattern.withBias(Pattern.folded(bare, dead), Tensor.filled(8, 1e-37));
    assertRefused(Pattern.certify(Pattern.chain(INPUT, bare, dead), Pattern.chain(INPUT, wrong)));
  }

  @Test
  void biasNotScaledIsRefused() {
    Tensor bias = Tensor.computed(Shape.of(8), o -> conv.bias().get(o) + norm.shift().get(o));
    assertRefused(certify(Pattern.withBias(folded, bias)));
  }

  @Test
  void lostShiftIsRefused() {
    assertRefused(certify(Pattern.withBias(folded, null)));
    Op.Conv bare = Pattern.withBias(conv, null);
    assertRefused(
        Pattern.certify(
            Pattern.chain(INPUT, bare, norm),
            Pattern.chain(INPUT, Pattern.withBias(folded, null))));
  }

  @Test
  void anotherEpsilonIsRefused() {
    Op.BatchNorm keras =
        new Op.BatchNorm(norm.gamma(), norm.beta(), norm.mean(), norm.variance(), 1e-3);
    assertRefused(certify(Pattern.folded(conv, keras)));
  }

  @Test
  void normBeforePaddedConvIsWrongAtTheBorderOnly() {
    Op.BatchNorm first = Pattern.norm(random, 4);
    assertRefused(
        Pattern.certify(
            Pattern.chain(INPUT, first, conv),
            Pattern.chain(INPUT, Pattern.foldedBackwards(first, conv))));
  }

  @Test
  void scaleTiledOverGroupsIsRefused() {
    Op.Conv grouped = Pattern.conv(random, SAME, 2, 4, 8, true);
    Tensor tiled = Tensor.computed(Shape.of(8), o -> norm.scale().get(o % 4));
    Op.Conv right = Pattern.folded(grouped, norm);
    assertRefused(
        Pattern.certify(
            Pattern.chain(INPUT, grouped, norm),
            Pattern.chain(INPUT, Pattern.withWeight(right, Pattern.scaled(grouped, tiled)))));
  }

  @Test
  void foldAcrossAnActivationIsRefused() {
    Activation relu = Activation.of(Activation.Kind.RELU);
    assertRefused(
        Pattern.certify(
            Pattern.chain(INPUT, conv.with(relu), norm), Pattern.chain(INPUT, folded.with(relu))));
  }

  @Test
  void oneChannelSlightlyOffIsRefused() {
    Tensor weight =
        Tensor.computed(
            folded.weight().shape(),
            i -> folded.weight().get(i) * (i / folded.taps() == 5 ? 1 + 1e-5 : 1));
    assertRefused(certify(Pattern.withWeight(folded, weight)));
  }

  @Test
  void foldInFloatIsRefused() {
    assertRefused(
        certify(Pattern.withWeight(folded, Pattern.map(folded.weight(), v -> (float) v))));
  }

  @Test
  void notANumberAndInfinityAreRefused() {
    for (double broken : new double[] {Double.NaN, Double.POSITIVE_INFINITY, 1e39}) {
      Op bad = new Op.Affine(Tensor.filled(4, broken), Tensor.filled(4, 0), Activation.NONE);
      Op clip = new Op.Activate(Activation.of(Activation.Kind.RELU6));
      Graph same = Pattern.chain(INPUT, bad, clip);
      Certificate certificate = Pattern.certify(same, same);
      assertThat(certificate.shipped()).isPositiveInfinity();
      assertThat(certificate.holds()).isFalse();
    }
  }

  @Test
  void anotherShapeIsRefused() {
    Op narrow =
        new Op.Conv(
            SAME, 1, Tensor.filled(36, 1).reshaped(Shape.of(1, 4, 3, 3)), null, Activation.NONE);
    assertRefused(certify(narrow));
  }

  @Test
  void somethingWhereAllTermsAreZeroIsRefused() {
    Op zero = Op.Affine.times(Tensor.filled(4, 0));
    Op tiny = new Op.Affine(Tensor.filled(4, 0), Tensor.filled(4, 1e-30), Activation.NONE);
    Certificate certificate =
        Pattern.certify(Pattern.chain(INPUT, zero), Pattern.chain(INPUT, tiny));
    assertThat(certificate.exact()).isPositiveInfinity();
  }

  @Test
  void valuesOutsideTheBoundaryAreAnError() {
    assertThrows(
        IllegalArgumentException.class, () -> Verifier.certify(before, 2, before, 2, List.of()));
  }

  /** 2.4 million weights on 28 × 28: the map shrinks to 3 × 3. */
  @Test
  void largeConvsAreCheap() {
    Op.Conv large = Pattern.conv(random, SAME, 1, 512, 512, false);
    Op.BatchNorm after = Pattern.norm(random, 512);
    Shape shape = Shape.of(512, 28, 28);
    Certificate certificate =
        Pattern.certify(
            Pattern.chain(shape, large, after), Pattern.chain(shape, Pattern.folded(large, after)));
    assertThat(certificate.holds()).isTrue();
    assertThat(certificate.values()).isEqualTo(3 * 512 * 9);
  }

  private Certificate certify(Op replacement) {
    return Pattern.certify(before, Pattern.chain(INPUT, replacement));
  }

  private static void assertRefused(Certificate certificate) {
    assertWithMessage("%s", certificate).that(certificate.holds()).isFalse();
    assertWithMessage("%s", certificate).that(certificate.exact()).isGreaterThan(1e-10);
  }
}
