package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Activation.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Constants computed with mpmath at 40 digits. */
final class ScalarFunctionTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "-6.0 2.0",
        "-5.0 1.9999999999984626",
        "-4.000001 1.999999984582869",
        "-3.0 1.9999779095030015",
        "-2.0 1.9953222650189528",
        "-1.5 1.9661051464753108",
        "-1.0 1.8427007929497148",
        "-0.5 1.5204998778130465",
        "-0.46875 1.492613473217938",
        "-0.25 1.276326390168237",
        "-1e-10 1.000000000112838",
        "0.0 1.0",
        "1e-300 1.0",
        "1e-08 0.9999999887162083",
        "0.1 0.887537083981715",
        "0.25 0.7236736098317631",
        "0.46875 0.507386526782062",
        "0.4687500001 0.5073865266914827",
        "0.5 0.4795001221869535",
        "0.75 0.28884436634648486",
        "1.0 0.15729920705028513",
        "1.5 0.033894853524689274",
        "2.0 0.004677734981047266",
        "2.5 0.0004069520174449589",
        "3.0 2.209049699858544e-05",
        "3.999 1.554474949099499e-08",
        "4.0 1.541725790028002e-08",
        "4.0001 1.5404564743590145e-08",
        "5.0 1.537459794428035e-12",
        "6.0 2.1519736712498913e-17",
        "8.0 1.1224297172982926e-29",
        "10.0 2.088487583762545e-45",
        "13.0 1.7395573154667246e-75",
        "17.5 3.198863812343481e-135",
        "20.0 5.395865611607901e-176",
        "25.0 8.300172571196523e-274",
        "26.0 5.663192408856143e-296",
        "26.5 2.2109076642637343e-307",
      })
  void complementaryErrorFunctionIsAccurateInItsTailsToo(double x, double erfc) {
    assertThat(ErrorFunction.complement(x)).isWithin(1.5e-15 * erfc).of(erfc);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "GELU  -30.0 -1.472014178144456e-196",
        "GELU  -3.25 -0.0018753313877699928",
        "GELU  -0.75 -0.16997051428265114",
        "GELU  -1e-06 -4.999996010577196e-07",
        "GELU  0.5 0.34573123063700656",
        "GELU  1.490256 1.3888016538961139",
        "GELU  4.0 3.9998733150326675",
        "GELU  40.0 40.0",
        "SIGMOID  -30.0 9.357622968839299e-14",
        "SIGMOID  -3.25 0.03732688734412946",
        "SIGMOID  -0.75 0.320821300824607",
        "SIGMOID  -1e-06 0.49999975",
        "SIGMOID  0.5 0.6224593312018546",
        "SIGMOID  1.490256 0.8161166936699579",
        "SIGMOID  4.0 0.9820137900379085",
        "SIGMOID  40.0 1.0",
        "TANH  -30.0 -1.0",
        "TANH  -3.25 -0.996997635486526",
        "TANH  -0.75 -0.6351489523872873",
        "TANH  -1e-06 -9.999999999996666e-07",
        "TANH  0.5 0.46211715726000974",
        "TANH  1.490256 0.9033718367973915",
        "TANH  4.0 0.999329299739067",
        "TANH  40.0 1.0",
        "SILU  -30.0 -2.8072868906517896e-12",
        "SILU  -3.25 -0.12131238386842075",
        "SILU  -0.75 -0.24061597561845527",
        "SILU  -1e-06 -4.9999975e-07",
        "SILU  0.5 0.3112296656009273",
        "SILU  1.490256 1.2162227994418167",
        "SILU  4.0 3.928055160151634",
        "SILU  40.0 40.0",
        "MISH  -30.0 -2.807286890651921e-12",
        "MISH  -3.25 -0.12357485345218235",
        "MISH  -0.75 -0.2764947145054652",
        "MISH  -1e-06 -5.99999679999984e-07",
        "MISH  0.5 0.37524521130489513",
        "MISH  1.490256 1.3927719723586485",
        "MISH  4.0 3.9974128069762385",
        "MISH  40.0 40.0",
        "SOFTPLUS 2 -30.0 4.37825538134826e-27",
        "SOFTPLUS 2 -3.25 0.0007511550798771419",
        "SOFTPLUS 2 -0.75 0.1007066389913762",
        "SOFTPLUS 2 -1e-06 0.34657309028022265",
        "SOFTPLUS 2 0.5 0.6566308437591114",
        "SOFTPLUS 2 1.490256 1.5150161081370004",
        "SOFTPLUS 2 4.0 4.000167703186448",
        "SOFTPLUS 2 40.0 40.0",
        "ELU 0.7 -30.0 -0.6999999999999345",
        "ELU 0.7 -3.25 -0.6728580545177946",
        "ELU 0.7 -0.75 -0.3693434130812897",
        "ELU 0.7 -1e-06 -6.999996500001165e-07",
        "ELU 0.7 0.5 0.5",
        "ELU 0.7 1.490256 1.490256",
        "ELU 0.7 4.0 4.0",
        "ELU 0.7 40.0 40.0",
        "SELU  -30.0 -1.7580993408472123",
        "SELU  -3.25 -1.689930431616547",
        "SELU  -0.75 -0.9276320158350512",
        "SELU  -1e-06 -1.7580984617979995e-06",
        "SELU  0.5 0.5253504936777402",
        "SELU  1.490256 1.565813450612429",
        "SELU  4.0 4.202803949421922",
        "SELU  40.0 42.02803949421922",
      })
  void smoothFunctionsAreThoseDefined(Kind kind, Double alpha, double x, double expected) {
    Activation activation = alpha == null ? Activation.of(kind) : Activation.of(kind, alpha);
    double actual = ScalarFunction.of(activation, 0).at(x);
    // A library function is within a unit in its last place, and each formula calls up to three.
    // In the tail, e^(−x²/2) with x²/2 = 450 magnifies the rounding of x/√2 by 900.
    double tolerance = kind == Kind.GELU && x == -30 ? 1e-12 : 4e-15;
    assertThat(actual).isWithin(tolerance * Math.abs(expected)).of(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "NONE, -2, -2",
    "RELU, -2, 0",
    "RELU, 3, 3",
    "RELU6, 7, 6",
    "RELU6, -1, 0",
    "HARD_SIGMOID, -3, 0",
    "HARD_SIGMOID, 0, 0.5",
    "HARD_SIGMOID, 1.5, 0.75",
    "HARD_SIGMOID, 4, 1",
    "HARD_SWISH, -4, 0",
    "HARD_SWISH, -1.5, -0.375",
    "HARD_SWISH, 5, 5",
  })
  void piecewiseFunctionsAreExact(Kind kind, double x, double expected) {
    assertThat(ScalarFunction.of(Activation.of(kind), 0).at(x)).isWithin(0).of(expected);
  }

  @Test
  void functionsTakeTheirParameters() {
    assertThat(ScalarFunction.of(Activation.of(Kind.LEAKY_RELU, 0.25), 0).at(-2)).isEqualTo(-0.5);
    assertThat(ScalarFunction.of(Activation.of(Kind.CLIP, -1, 2), 0).at(-9)).isEqualTo(-1);
    assertThat(ScalarFunction.of(Activation.of(Kind.CLIP, -1, 2), 0).at(9)).isEqualTo(2);
    Activation slopes = Activation.of(Kind.PRELU, 0.5, 3);
    assertThat(ScalarFunction.of(slopes, 1).at(-2)).isEqualTo(-6);
    assertThat(ScalarFunction.of(slopes, 1).slope()).isEqualTo(3);
    assertThat(ScalarFunction.of(Activation.of(Kind.PRELU, 0.5), 7).at(-2)).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void slopeBoundsEveryDifferenceQuotientClosely(Kind kind) {
    for (double parameter : List.of(0.5, 1.0, 2.5)) {
      ScalarFunction function = ScalarFunction.of(withParameters(kind, parameter), 0);
      double steepest = 0;
      for (double x = -12; x < 12; x += 1e-3) {
        steepest = Math.max(steepest, Math.abs(function.at(x + 1e-3) - function.at(x)) / 1e-3);
      }
      assertThat(steepest).isAtMost(function.slope() * (1 + 1e-9));
      assertThat(steepest).isAtLeast(function.slope() * 0.99);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void nothingHidesNaNOrOverflows(Kind kind) {
    ScalarFunction function = ScalarFunction.of(withParameters(kind, 1), 0);
    assertThat(function.at(Double.NaN)).isNaN();
    for (double x : new double[] {-1e4, -800, 800, 1e4}) {
      assertWithMessage("%s at %s", kind, x).that(function.at(x)).isFinite();
    }
  }

  private static Activation withParameters(Kind kind, double parameter) {
    return switch (kind) {
      case LEAKY_RELU, ELU, SOFTPLUS, PRELU -> Activation.of(kind, parameter);
      case CLIP -> Activation.of(kind, -parameter, parameter);
      default -> Activation.of(kind);
    };
  }
}
