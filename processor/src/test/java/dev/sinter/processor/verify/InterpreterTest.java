package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.ir.Window.Padding;
import dev.sinter.processor.ir.Window.Pair;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Small cases done by hand. Each expectation is exact: all numbers are small binary fractions. */
final class InterpreterTest {
  private static final Pair ONE = new Pair(1, 1);

  @Test
  void convPadsWithZeroAndCrossCorrelates() {
    Op conv = conv(window(2, 1, 1, new Padding(1, 0, 0, 1)), 1, Shape.of(1, 1, 2, 2), 1, 2, 3, -4);
    Value y = run(conv, Shape.of(1, 2, 2), 1, 2, 3, 4);
    // rows: padding | 1 2 | 3 4; columns: 1 2 padding
    assertThat(y.values()).isEqualTo(new double[] {3 - 8, 6, 1 + 4 + 9 - 16, 2 + 12});
    assertThat(magnitudes(y)).isEqualTo(new double[] {11, 6, 30, 14});
  }

  @Test
  void convAddsBiasAndCountsItInTheMagnitude() {
    Op conv =
        new Op.Conv(
            window(1, 1, 1, Padding.NONE),
            1,
            Tensor.of(Shape.of(2, 1, 1, 1), 2, -3),
            Tensor.vector(-1, 4),
            Activation.of(Activation.Kind.RELU));
    Value y = run(conv, Shape.of(1, 1, 2), 0, 5);
    assertThat(y.values()).isEqualTo(new double[] {0, 9, 4, 0});
    assertThat(magnitudes(y)).isEqualTo(new double[] {1, 11 + 9, 4 + 4, 19});
  }

  @Test
  void groupsReadTheirOwnChannels() {
    Op conv = conv(window(1, 1, 1, Padding.NONE), 2, Shape.of(4, 1, 1, 1), 1, 10, 100, 1000);
    assertThat(run(conv, Shape.of(2, 1, 1), 3, 5).values())
        .isEqualTo(new double[] {3, 30, 500, 5000});
  }

  /** The definition with a bounds check at each tap, against the hoisted bounds. */
  @Test
  void convIsItsDefinitionOnRandomGeometries() {
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      Window window = randomWindow(random);
      int groups = 1 + random.nextInt(3);
      int in = 1 + random.nextInt(2);
      int out = groups * (1 + random.nextInt(2));
      Shape shape = Shape.of(in * groups, 1 + random.nextInt(9), 1 + random.nextInt(9));
      Shape kernel = Shape.of(out, in, window.kernel().height(), window.kernel().width());
      double[] weight = integers(random, kernel);
      double[] x = integers(random, shape);
      Value y;
      try {
        y = run(conv(window, groups, kernel, weight), shape, x);
      } catch (IllegalArgumentException windowDoesNotFit) {
        continue;
      }
      for (int i = 0; i < y.size(); i++) {
        double expected = 0;
        int w = i % y.shape().width();
        int h = i / y.shape().width() % y.shape().height();
        int o = (int) (i / y.shape().plane());
        for (int tap = 0; tap < weight.length / out; tap++) {
          int kw = tap % kernel.extent(3);
          int kh = tap / kernel.extent(3) % kernel.extent(2);
          int c = tap / kernel.extent(3) / kernel.extent(2) + o / (out / groups) * in;
          int row = h * window.stride().height() + kh * window.dilation().height();
          int column = w * window.stride().width() + kw * window.dilation().width();
          row -= window.padding().top();
          column -= window.padding().left();
          if (row >= 0 && row < shape.height() && column >= 0 && column < shape.width()) {
            expected +=
                weight[o * (weight.length / out) + tap]
                    * x[(c * shape.height() + row) * shape.width() + column];
          }
        }
        assertThat(y.value(i)).isWithin(0).of(expected);
      }
    }
  }

  @Test
  void sequencesHaveOneRow() {
    Window window = new Window(new Pair(1, 3), new Pair(1, 2), ONE, new Padding(0, 1, 0, 1));
    Value y = run(conv(window, 1, Shape.of(1, 1, 1, 3), 1, 2, 4), Shape.of(1, 4), 1, 2, 3, 4);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 2));
    assertThat(y.values()).isEqualTo(new double[] {2 + 8, 2 + 6 + 16});
  }

  @Test
  void linearIsAMatrixTimesAVector() {
    Op linear =
        new Op.Linear(
            Tensor.of(Shape.of(2, 3), 1, 2, 3, 4, 5, -6), Tensor.vector(10, 20), Activation.NONE);
    Value y = run(linear, Shape.of(3), 1, -1, 1);
    assertThat(y.values()).isEqualTo(new double[] {12, 13});
    assertThat(magnitudes(y)).isEqualTo(new double[] {16, 35});
  }

  @Test
  void batchNormNormalizesEachChannel() {
    Op norm =
        new Op.BatchNorm(
            Tensor.vector(2, -1),
            Tensor.vector(1, 0),
            Tensor.vector(3, 4),
            Tensor.vector(3.75, 0),
            0.25);
    Value y = run(norm, Shape.of(2, 1, 2), 3, 5, 4, 0);
    assertThat(y.values()).usingTolerance(0).containsExactly(1, 3, 0, 8).inOrder();
    assertThat(magnitudes(y)).isEqualTo(new double[] {7, 9, 16, 8});
  }

  @Test
  void affineScalesAndShiftsEachChannel() {
    Op affine = new Op.Affine(Tensor.vector(2, -1), Tensor.vector(0, 5), Activation.NONE);
    Value y = run(affine, Shape.of(2, 2), 1, 2, 3, 4);
    assertThat(y.values()).isEqualTo(new double[] {2, 4, 2, 1});
    assertThat(magnitudes(y)).isEqualTo(new double[] {2, 4, 8, 9});
  }

  @Test
  void maxPoolIgnoresPaddingAndPassesNaN() {
    Op pool = pool(Op.Pool.Kind.MAX, window(2, 2, 1, new Padding(1, 1, 1, 1)), false, true);
    Value y = run(pool, Shape.of(1, 2, 2), -1, -2, Double.NaN, -4);
    assertThat(y.values()).isEqualTo(new double[] {-1, -2, Double.NaN, -4});
  }

  @Test
  void averagePoolDividesByWhatCounts() {
    Window window = window(3, 2, 1, new Padding(1, 1, 1, 1));
    double[] x = {9, 18, 27, 36};
    assertThat(run(pool(Op.Pool.Kind.AVERAGE, window, false, true), Shape.of(1, 2, 2), x).values())
        .isEqualTo(new double[] {10});
    assertThat(run(pool(Op.Pool.Kind.AVERAGE, window, false, false), Shape.of(1, 2, 2), x).values())
        .isEqualTo(new double[] {22.5});
  }

  /** torch.nn.AvgPool1d(2, 2, ceil_mode=True), and with padding=1 on an even length. */
  @Test
  void ceilModeNeverCountsWhatLiesBeyondThePadding() {
    Window plain = new Window(new Pair(1, 2), new Pair(1, 2), ONE, Padding.NONE);
    assertThat(run(pool(Op.Pool.Kind.AVERAGE, plain, true, true), Shape.of(1, 3), 2, 4, 6).values())
        .isEqualTo(new double[] {3, 6});
    Window padded = new Window(new Pair(1, 4), new Pair(1, 3), ONE, new Padding(0, 1, 0, 1));
    Op counting = pool(Op.Pool.Kind.AVERAGE, padded, true, true);
    // Windows start at −1 and 2; the second holds 8 and one padding, then ends: divisor 2 of 4.
    assertThat(run(counting, Shape.of(1, 3), 2, 4, 6).values())
        .isEqualTo(new double[] {12.0 / 4, 6.0 / 2});
    Op ignoring = pool(Op.Pool.Kind.AVERAGE, padded, true, false);
    assertThat(run(ignoring, Shape.of(1, 3), 2, 4, 6).values()).isEqualTo(new double[] {4, 6});
  }

  @Test
  void dilatedPoolSkips() {
    Window window = new Window(new Pair(1, 2), ONE, new Pair(1, 2), Padding.NONE);
    assertThat(
            run(pool(Op.Pool.Kind.MAX, window, false, false), Shape.of(1, 4), 1, 9, 3, 4).values())
        .isEqualTo(new double[] {3, 9});
  }

  @Test
  void globalPoolsLeaveOneElementAChannel() {
    Shape shape = Shape.of(2, 1, 2);
    assertThat(run(new Op.GlobalPool(Op.Pool.Kind.AVERAGE), shape, 1, 2, 3, 5).values())
        .isEqualTo(new double[] {1.5, 4});
    Value y = run(new Op.GlobalPool(Op.Pool.Kind.MAX), shape, 1, -2, 3, 5);
    assertThat(y.values()).isEqualTo(new double[] {1, 5});
    assertThat(magnitudes(y)).isEqualTo(new double[] {2, 5});
  }

  @Test
  void addSumsAndMagnitudesDoNotCancel() {
    Graph.Builder builder = Graph.builder();
    int a = builder.add("a", new Op.Input(Shape.of(2)), List.of());
    int b = builder.add("b", new Op.Input(Shape.of(2)), List.of());
    int sum = builder.add("sum", new Op.Add(Activation.NONE), List.of(a, b, a));
    Graph graph = builder.output("sum", sum).build();
    Value y =
        Interpreter.run(graph, Map.of(a, new double[] {1, 2}, b, new double[] {-2, 3})).get(sum);
    assertThat(y.values()).isEqualTo(new double[] {0, 7});
    assertThat(magnitudes(y)).isEqualTo(new double[] {4, 7});
  }

  @Test
  void convTransposeStampsTheKernel() {
    // 1 · (1 2 4) at −1 and 3 · (1 2 4) at 1, cut off at both ends, and a column more.
    Window window = new Window(new Pair(1, 3), new Pair(1, 2), ONE, new Padding(0, 1, 0, 1));
    Op op =
        new Op.ConvTranspose(
            window,
            0,
            1,
            1,
            Tensor.of(Shape.of(1, 1, 1, 3), 1, 2, -4),
            Tensor.vector(0.5),
            Activation.NONE);
    Value y = run(op, Shape.of(1, 2), 1, 3);
    assertThat(y.shape()).isEqualTo(Shape.of(1, 4));
    assertThat(y.values()).isEqualTo(new double[] {2.5, -4 + 3 + 0.5, 6.5, -12 + 0.5});
    assertThat(magnitudes(y)).isEqualTo(new double[] {2.5, 7.5, 6.5, 12.5});
    assertThat(op.macs(y.shape())).isEqualTo(2 * 3);
  }

  /** Channels 0 and 1 make the outputs 0 to 2, channels 2 and 3 the outputs 3 to 5. */
  @Test
  void groupsOfConvTransposeMakeTheirOwnOutputs() {
    double[] weight = new double[4 * 3];
    Arrays.setAll(weight, i -> 1 << i);
    Op op =
        new Op.ConvTranspose(
            window(1, 1, 1, Padding.NONE),
            0,
            0,
            2,
            Tensor.of(Shape.of(4, 3, 1, 1), weight),
            null,
            Activation.NONE);
    assertThat(run(op, Shape.of(4, 1, 1), 1, 1, 1, -1).values())
        .isEqualTo(new double[] {1 + 8, 2 + 16, 4 + 32, 64 - 512, 128 - 1024, 256 - 2048});
  }

  @Test
  void multiplySpreadsOneElementAChannel() {
    Graph.Builder builder = Graph.builder();
    int a = builder.add("a", new Op.Input(Shape.of(2, 1, 1)), List.of());
    int b = builder.add("b", new Op.Input(Shape.of(2, 1, 2)), List.of());
    int product = builder.add("product", new Op.Multiply(Activation.NONE), List.of(a, b, b));
    Graph graph = builder.output("product", product).build();
    Value y =
        Interpreter.run(graph, Map.of(a, new double[] {2, -1}, b, new double[] {1, -2, 3, 4}))
            .get(product);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 1, 2));
    assertThat(y.values()).isEqualTo(new double[] {2, 8, -9, -16});
    assertThat(magnitudes(y)).isEqualTo(new double[] {2, 8, 9, 16});
  }

  @Test
  void concatPutsChannelsBehindEachOther() {
    Graph.Builder builder = Graph.builder();
    int a = builder.add("a", new Op.Input(Shape.of(1, 2)), List.of());
    int b = builder.add("b", new Op.Input(Shape.of(2, 2)), List.of());
    int both = builder.add("both", new Op.Concat(), List.of(b, a));
    Graph graph = builder.output("both", both).build();
    Value y =
        Interpreter.run(graph, Map.of(a, new double[] {1, 2}, b, new double[] {3, 4, 5, 6}))
            .get(both);
    assertThat(y.shape()).isEqualTo(Shape.of(3, 2));
    assertThat(y.values()).isEqualTo(new double[] {3, 4, 5, 6, 1, 2});
  }

  @Test
  void sliceTakesIndicesOfOneAxis() {
    double[] x = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    Shape shape = Shape.of(3, 2, 2);
    assertThat(run(new Op.Slice(0, 1, 2, 1), shape, x).values())
        .isEqualTo(new double[] {4, 5, 6, 7});
    assertThat(run(new Op.Slice(0, 0, 3, 2), shape, x).values())
        .isEqualTo(new double[] {0, 1, 2, 3, 8, 9, 10, 11});
    assertThat(run(new Op.Slice(1, 1, 2, 1), shape, x).values())
        .isEqualTo(new double[] {2, 3, 6, 7, 10, 11});
    Value columns = run(new Op.Slice(2, 0, 2, 2), shape, x);
    assertThat(columns.shape()).isEqualTo(Shape.of(3, 2, 1));
    assertThat(columns.values()).isEqualTo(new double[] {0, 2, 4, 6, 8, 10});
  }

  @Test
  void channelShuffleDealsOut() {
    assertThat(run(new Op.ChannelShuffle(2), Shape.of(6), 1, 2, 3, 4, 5, 6).values())
        .isEqualTo(new double[] {1, 4, 2, 5, 3, 6});
  }

  @Test
  void padSurroundsMapAndChannels() {
    Value y = run(new Op.Pad(new Padding(0, 1, 0, 0), 0, 1, -3), Shape.of(1, 1, 2), 1, 2);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 1, 3));
    assertThat(y.values()).isEqualTo(new double[] {-3, 1, 2, -3, -3, -3});
    assertThat(magnitudes(y)).isEqualTo(new double[] {3, 1, 2, 3, 3, 3});
  }

  @Test
  void reshapeKeepsTheElements() {
    Value y = run(new Op.Reshape(Shape.of(2, 2)), Shape.of(1, 1, 4), 1, 2, 3, 4);
    assertThat(y.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(y.values()).isEqualTo(new double[] {1, 2, 3, 4});
  }

  @Test
  void upsampleRepeatsOrInterpolates() {
    Shape shape = Shape.of(1, 2);
    assertThat(run(upsample(Op.Upsample.Mode.NEAREST, false, 5), shape, 0, 8).values())
        .isEqualTo(new double[] {0, 0, 0, 8, 8});
    assertThat(run(upsample(Op.Upsample.Mode.BILINEAR, false, 4), shape, 0, 8).values())
        .isEqualTo(new double[] {0, 2, 6, 8});
    assertThat(run(upsample(Op.Upsample.Mode.BILINEAR, true, 5), shape, 0, -8).values())
        .isEqualTo(new double[] {0, -2, -4, -6, -8});
    assertThat(magnitudes(run(upsample(Op.Upsample.Mode.BILINEAR, false, 4), shape, 8, -8)))
        .isEqualTo(new double[] {8, 8, 8, 8});
  }

  private static Op upsample(Op.Upsample.Mode mode, boolean alignCorners, int width) {
    return new Op.Upsample(mode, alignCorners, 1, width);
  }

  @Test
  void flattenAndIdentityKeepTheElements() {
    Value y = run(new Op.Flatten(), Shape.of(1, 2, 2), 1, 2, 3, 4);
    assertThat(y.shape()).isEqualTo(Shape.of(4));
    assertThat(y.values()).isEqualTo(new double[] {1, 2, 3, 4});
    assertThat(run(new Op.Identity(), Shape.of(2), 1, 2).values()).isEqualTo(new double[] {1, 2});
  }

  @Test
  void softmaxRunsOverTheChannelsOfEachPosition() {
    Value y = run(new Op.Softmax(), Shape.of(2, 1, 2), 0, 1000, Math.log(3), 1000);
    assertThat(y.values()).usingTolerance(1e-15).containsExactly(0.25, 0.5, 0.75, 0.5).inOrder();
  }

  @Test
  void preluHasASlopeForEachChannel() {
    Op prelu = new Op.Activate(Activation.of(Activation.Kind.PRELU, 0.5, 2));
    assertThat(run(prelu, Shape.of(2, 2), -2, 2, -2, 2).values())
        .isEqualTo(new double[] {-1, 2, -4, 2});
  }

  @Test
  void smallConstantsCountAsTheLeastInMagnitudesAndZeroAsZero() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(Shape.of(2)), List.of());
    Op affine = new Op.Affine(Tensor.vector(1e-40, 0), Tensor.vector(0, 2), Activation.NONE);
    int y = builder.add("y", affine, List.of(x));
    Graph graph = builder.output("y", y).build();
    Value value = Interpreter.run(graph, Map.of(x, new double[] {3, 3}), 0x1p-126).get(y);
    assertThat(magnitudes(value)).isEqualTo(new double[] {3 * 0x1p-126, 2});
  }

  @Test
  void largeConvsAreTheSameInParallel() {
    Random random = new Random(3);
    Shape kernel = Shape.of(64, 64, 3, 3);
    double[] weight = random.doubles(kernel.size()).toArray();
    double[] x = random.doubles(64 * 100).toArray();
    Op conv = conv(window(3, 1, 1, new Padding(1, 1, 1, 1)), 1, kernel, weight);
    double[] first = run(conv, Shape.of(64, 10, 10), x).values();
    for (int round = 0; round < 5; round++) {
      assertThat(run(conv, Shape.of(64, 10, 10), x).values()).isEqualTo(first);
    }
  }

  @Test
  void inputsMustBeThereAndFit() {
    Graph graph = graph(new Op.Identity(), Shape.of(2));
    IllegalArgumentException missing =
        assertThrows(IllegalArgumentException.class, () -> Interpreter.run(graph, Map.of()));
    assertThat(missing).hasMessageThat().isEqualTo("input 'x' is [2]; given are no elements");
    IllegalArgumentException tooLong =
        assertThrows(
            IllegalArgumentException.class, () -> Interpreter.run(graph, Map.of(0, new double[3])));
    assertThat(tooLong).hasMessageThat().isEqualTo("input 'x' is [2]; given are 3 elements");
  }

  static Window window(int kernel, int stride, int dilation, Padding padding) {
    return new Window(
        new Pair(kernel, kernel), new Pair(stride, stride), new Pair(dilation, dilation), padding);
  }

  static Window randomWindow(Random random) {
    return new Window(
        new Pair(1 + random.nextInt(7), 1 + random.nextInt(7)),
        new Pair(1 + random.nextInt(3), 1 + random.nextInt(3)),
        new Pair(1 + random.nextInt(2), 1 + random.nextInt(2)),
        new Padding(padding(random), padding(random), padding(random), padding(random)));
  }

  private static int padding(Random random) {
    return Math.max(0, random.nextInt(12) - 3);
  }

  private static double[] integers(Random random, Shape shape) {
    return random.ints(shape.size(), -8, 9).asDoubleStream().toArray();
  }

  private static Op.Conv conv(Window window, int groups, Shape kernel, double... weight) {
    return new Op.Conv(window, groups, Tensor.of(kernel, weight), null, Activation.NONE);
  }

  private static Op pool(Op.Pool.Kind kind, Window window, boolean ceil, boolean countPadding) {
    return new Op.Pool(kind, window, ceil, countPadding);
  }

  private static Graph graph(Op op, Shape shape) {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(shape), List.of());
    return builder.output("y", builder.add("y", op, List.of(x))).build();
  }

  private static Value run(Op op, Shape shape, double... x) {
    return Interpreter.run(graph(op, shape), Map.of(0, x)).get(1);
  }

  private static double[] magnitudes(Value value) {
    double[] magnitudes = new double[value.size()];
    Arrays.setAll(magnitudes, value::magnitude);
    return magnitudes;
  }
}
