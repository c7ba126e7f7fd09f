package dev.sinter.processor.verify;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Program;
import dev.sinter.kernel.Slot;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The two definitions of each operator against each other: the interpreter's and the runtime's
 * kernels, on random geometries.
 */
final class KernelsTest {
  private static final int ROUNDS = 300;
  private static final ActivationFunction NONE = ActivationFunction.identity();

  private final Random random = new Random(11);
  private final Backend backend = Backend.preferred();

  @Test
  void convTranspose() {
    int fitting = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Window window = InterpreterTest.randomWindow(random);
      int groups = 1 + random.nextInt(3);
      int in = groups * pick(1, 2, 3);
      int out = pick(1, 2, 3);
      Tensor weight =
          gaussian(Shape.of(in, out, window.kernel().height(), window.kernel().width()));
      Tensor bias = gaussian(Shape.of(groups * out));
      Op.ConvTranspose op =
          new Op.ConvTranspose(
              window, random.nextInt(3), random.nextInt(3), groups, weight, bias, Activation.NONE);
      Shape shape = Shape.of(in, extent(), extent());
      try {
        op.infer(List.of(shape));
      } catch (IllegalArgumentException allCutOff) {
        continue;
      }
      fitting++;
      check(
          op,
          op.taps() + 1,
          (x, y) ->
              backend.transposedConvolution(
                  x[0], y, window(window), groups, weight.toFloats(), bias.toFloats(), NONE),
          shape);
    }
    assertThat(fitting).isAtLeast(ROUNDS / 2);
  }

  @Test
  void multiply() {
    for (int round = 0; round < ROUNDS; round++) {
      Shape map = Shape.of(extent(), extent(), extent());
      List<Shape> shapes = new ArrayList<>();
      for (int k = 0; k < 2 + random.nextInt(3); k++) {
        shapes.add(random.nextBoolean() ? map : map.withMap(map.channels(), 1, 1));
      }
      check(
          new Op.Multiply(Activation.NONE),
          shapes.size(),
          (x, y) -> backend.multiply(x, y, NONE),
          shapes.toArray(new Shape[0]));
    }
  }

  @Test
  void concat() {
    for (int round = 0; round < ROUNDS; round++) {
      Shape map = Shape.of(extent(), extent(), extent());
      check(
          new Op.Concat(),
          0,
          backend::concat,
          map,
          map.withMap(extent(), map.height(), map.width()),
          map.withMap(extent(), map.height(), map.width()));
    }
  }

  @Test
  void slice() {
    for (int round = 0; round < ROUNDS; round++) {
      Shape shape = Shape.of(extent(), extent(), extent());
      int axis = random.nextInt(3);
      int start = random.nextInt(shape.extent(axis));
      int end = start + 1 + random.nextInt(shape.extent(axis) - start);
      int step = 1 + random.nextInt(3);
      check(
          new Op.Slice(axis, start, end, step),
          0,
          (x, y) -> backend.slice(x[0], y, axis, start, step),
          shape);
    }
  }

  @Test
  void channelShuffle() {
    for (int round = 0; round < ROUNDS; round++) {
      int groups = 1 + random.nextInt(5);
      check(
          new Op.ChannelShuffle(groups),
          0,
          (x, y) -> backend.channelShuffle(x[0], y, groups),
          Shape.of(groups * (1 + random.nextInt(5)), extent(), extent()));
    }
  }

  @Test
  void pad() {
    for (int round = 0; round < ROUNDS; round++) {
      Window.Padding p =
          new Window.Padding(
              random.nextInt(3), random.nextInt(3), random.nextInt(3), random.nextInt(3));
      int before = random.nextInt(3);
      check(
          new Op.Pad(p, before, random.nextInt(3), 0.25),
          0,
          (x, y) -> backend.pad(x[0], y, before, p.top(), p.left(), 0.25f),
          Shape.of(extent(), extent(), extent()));
    }
  }

  @Test
  void upsample() {
    for (int round = 0; round < ROUNDS; round++) {
      Shape shape = Shape.of(1 + random.nextInt(3), extent(), extent());
      int height = 1 + random.nextInt(50);
      int width = 1 + random.nextInt(50);
      boolean aligned = random.nextBoolean();
      check(
          new Op.Upsample(Op.Upsample.Mode.NEAREST, false, height, width),
          0,
          (x, y) -> backend.upsampleNearest(x[0], y),
          shape);
      check(
          new Op.Upsample(Op.Upsample.Mode.BILINEAR, aligned, height, width),
          10,
          (x, y) -> backend.upsampleBilinear(x[0], y, aligned),
          shape);
    }
  }

  @Test
  void binary() {
    for (int round = 0; round < ROUNDS; round++) {
      Shape map = Shape.of(extent(), extent(), extent());
      // Powers of normally distributed numbers are none.
      Op.Binary.Operation operation = Op.Binary.Operation.values()[pick(0, 1, 2, 3, 5, 6)];
      check(
          new Op.Binary(operation, Activation.NONE),
          2,
          (x, y) ->
              backend.binary(x, y, dev.sinter.kernel.Operation.valueOf(operation.name()), NONE),
          partly(map),
          map);
      check(
          new Op.Binary(operation, Activation.NONE),
          2,
          (x, y) ->
              backend.binary(x, y, dev.sinter.kernel.Operation.valueOf(operation.name()), NONE),
          partly(map),
          partly(map));
    }
  }

  /** Some of the extents, and 1 for the others. */
  private Shape partly(Shape map) {
    return Shape.of(
        random.nextBoolean() ? map.channels() : 1,
        random.nextBoolean() ? map.height() : 1,
        random.nextBoolean() ? map.width() : 1);
  }

  /** Functions are off by less than 4 units. */
  @Test
  void elementwise() {
    for (int round = 0; round < ROUNDS; round++) {
      Op.Elementwise.Function[] functions = Op.Elementwise.Function.values();
      Op.Elementwise.Function function = functions[random.nextInt(functions.length)];
      boolean logarithm = function == Op.Elementwise.Function.LOG;
      float parameter = pick(2, 3, -1, -2);
      if (!logarithm) {
        check(
            new Op.Elementwise(function, parameter),
            4,
            (x, y) ->
                backend.function(
                    x[0], y, dev.sinter.kernel.PointFunction.valueOf(function.name()), parameter),
            Shape.of(extent(), extent(), extent()));
      }
    }
  }

  @Test
  void reduce() {
    for (int round = 0; round < ROUNDS; round++) {
      Op.Reduce.Kind[] kinds = Op.Reduce.Kind.values();
      Op.Reduce.Kind kind = kinds[random.nextInt(kinds.length)];
      check(
          new Op.Reduce(kind),
          2,
          (x, y) -> backend.reduce(x[0], y, dev.sinter.kernel.Reduction.valueOf(kind.name())),
          Shape.of(extent(), extent(), extent()));
    }
  }

  /** Sums of 16 terms are in floats; what is left is ε, scale and shift, and the result. */
  @Test
  void normalization() {
    for (int round = 0; round < ROUNDS; round++) {
      int groups = pick(1, 2, 3);
      int channels = groups * pick(1, 2, 5);
      boolean overMap = random.nextBoolean();
      Tensor scale = gaussian(Shape.of(channels));
      Tensor shift = gaussian(Shape.of(channels));
      check(
          new Op.Normalization(groups, overMap, 0.125, scale, shift, Activation.NONE),
          16 + 4,
          (x, y) ->
              backend.normalization(
                  x[0], y, groups, overMap, 0.125f, scale.toFloats(), shift.toFloats(), NONE),
          Shape.of(channels, extent(), extent()));
    }
  }

  private interface Kernels {
    Kernel kernel(Slot[] inputs, Slot output);
  }

  /**
   * A result that n roundings to float lead to is off by n·2⁻²⁴ of its magnitude at most, and a bit
   * (Higham, as in {@link Bounds}): n + 2 covers that. Bilinear shares, rounded themselves, are off
   * by 2⁻²⁴ of 1, not of themselves; so there the magnitude is that of the largest input.
   */
  private void check(Op op, int roundings, Kernels kernels, Shape... shapes) {
    Graph.Builder builder = Graph.builder();
    Map<Integer, double[]> values = new HashMap<>();
    Slot[] slots = new Slot[shapes.length];
    float[][] images = new float[shapes.length][];
    List<Integer> ids = new ArrayList<>();
    double largest = 0;
    int offset = 0;
    for (int k = 0; k < shapes.length; k++) {
      ids.add(builder.add("x" + k, new Op.Input(shapes[k]), List.of()));
      Tensor tensor = gaussian(shapes[k]);
      for (double element : tensor.toDoubles()) {
        largest = Math.max(largest, Math.abs(element));
      }
      values.put(ids.get(k), tensor.toDoubles());
      images[k] = tensor.toFloats();
      slots[k] = slot(offset, shapes[k]);
      offset += images[k].length;
    }
    int id = builder.add("y", op, ids);
    Value expected = Interpreter.run(builder.output("y", id).build(), values).get(id);

    Shape shape = expected.shape();
    Slot output = slot(offset, shape);
    Program program = new Program("test", backend).arena(offset + (int) shape.size());
    for (int k = 0; k < slots.length; k++) {
      program.input("x" + k, slots[k], extents(shapes[k]));
    }
    Model model =
        program.step(kernels.kernel(slots, output)).output("y", output, extents(shape)).model();
    float[] found = new float[expected.size()];
    try (Session session = model.newSession()) {
      session.run(images, new float[][] {found});
    }

    for (int i = 0; i < found.length; i++) {
      double magnitude = op instanceof Op.Upsample ? largest : expected.magnitude(i);
      assertWithMessage("%s of %s: element %s", op, List.of(shapes), i)
          .that((double) found[i])
          .isWithin(roundings == 0 ? 0 : (roundings + 2) * 0x1p-24 * magnitude)
          .of(expected.value(i));
    }
  }

  private static Slot slot(int offset, Shape shape) {
    return Slot.of(offset, shape.channels(), shape.height(), shape.width());
  }

  private static int[] extents(Shape shape) {
    return shape.extents().stream().mapToInt(extent -> extent).toArray();
  }

  private static dev.sinter.kernel.Window window(Window window) {
    Window.Padding p = window.padding();
    return dev.sinter.kernel.Window.of(window.kernel().height(), window.kernel().width())
        .stride(window.stride().height(), window.stride().width())
        .dilation(window.dilation().height(), window.dilation().width())
        .padding(p.top(), p.left(), p.bottom(), p.right());
  }

  private Tensor gaussian(Shape shape) {
    return Pattern.gaussian(random, shape);
  }

  private int extent() {
    return pick(1, 2, 3, 5, 8, 13);
  }

  private int pick(int... choices) {
    return choices[random.nextInt(choices.length)];
  }
}
