package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Op.Binary.Operation;
import dev.sinter.processor.ir.Op.Elementwise.Function;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;

/** Normalizations by what the input itself is, and softmax. */
final class Normalizations {
  /** Of LRN, whose matrix has the square of it. */
  private static final int MOST_CHANNELS = 1 << 12;

  private static final Window.Pair ONE = new Window.Pair(1, 1);

  private Normalizations() {}

  static void instance(Call call) throws Refusal {
    int input = call.value(0);
    int channels = call.shape(input).channels();
    call.give(
        normalization(
            channels, true, epsilon(call), call.weights(1, "scale"), call.weights(2, "B")),
        input);
  }

  /** Up to version 20, scale and bias are one number for each group. */
  static void group(Call call) throws Refusal {
    int input = call.value(0);
    int channels = call.shape(input).channels();
    int groups = Call.exact(call.integer("num_groups", 0));
    if (groups < 1 || channels % groups != 0) {
      throw new Refusal("has " + groups + " groups for " + channels + " channels");
    }
    int repeated = call.version() >= 21 ? 1 : channels / groups;
    int scales = channels / repeated;
    if (call.weights(1, "scale").size() != scales || call.weights(2, "bias").size() != scales) {
      throw new Refusal("has not " + scales + " scales and biases");
    }
    call.give(
        normalization(
            groups,
            true,
            epsilon(call),
            call.weights(1, "scale").repeated(repeated),
            call.weights(2, "bias").repeated(repeated)),
        input);
  }

  /** Over all axes from one on. */
  static void layer(Call call) throws Refusal {
    View view = call.view(0);
    int rank = view.dims().rank();
    int first = Call.axis(call.integer("axis", -1), rank);
    Lines lines = Lines.of(call, view, Lines.axesFrom(first, rank));
    Constant scale = new Constant("scale", call.weights(1, "scale"), false);
    Tensor shift =
        call.hasInput(2)
            ? Tensor.vector(lines.perIndex(new Constant("B", call.weights(2, "B"), false)))
            : Tensor.filled(lines.length(), 0);
    call.give(
        0,
        lines.map(
            call,
            normalization(1, false, epsilon(call), Tensor.vector(lines.perIndex(scale)), shift)));
  }

  private static double epsilon(Call call) throws Refusal {
    return call.real("epsilon", 1e-5f);
  }

  private static Op normalization(
      int groups, boolean overMap, double epsilon, Tensor scale, Tensor shift) {
    return new Op.Normalization(groups, overMap, epsilon, scale, shift, Activation.NONE);
  }

  /**
   * x/(bias + α/size·Σ x²)^β, the sum over the channels around: a 1 × 1 convolution of the squares.
   */
  static void localResponse(Call call) throws Refusal {
    int input = call.value(0);
    int channels = call.shape(input).channels();
    long size = call.integer("size", 0);
    if (size < 1 || channels > MOST_CHANNELS) {
      throw new Refusal("has the size " + size + " for " + channels + " channels");
    }
    double alpha = call.real("alpha", 1e-4f) / size;
    double beta = call.real("beta", 0.75);
    double bias = call.real("bias", 1);
    Tensor band =
        Tensor.computed(
            Shape.of(channels, channels, 1, 1),
            i -> {
              int distance = i % channels - i / channels;
              return -(size - 1) / 2 <= distance && distance <= size / 2 ? alpha : 0;
            });
    int squares = call.add(new Op.Elementwise(Function.POWER, 2), input);
    Window point = new Window(ONE, ONE, ONE, Window.Padding.NONE);
    int sums =
        call.add(
            new Op.Conv(point, 1, band, Tensor.filled(channels, bias), Activation.NONE), squares);
    int powers = call.add(new Op.Elementwise(Function.POWER, -beta), sums);
    call.give(new Op.Multiply(Activation.NONE), input, powers);
  }

  static void softmax(Call call) throws Refusal {
    call.give(0, lines(call).map(call, new Op.Softmax()));
  }

  /** x − ln Σ eˣ. */
  static void logSoftmax(Call call) throws Refusal {
    Lines lines = lines(call);
    int sum = call.add(new Op.Reduce(Op.Reduce.Kind.LOG_SUM_EXP), lines.id());
    int result = call.add(new Op.Binary(Operation.SUBTRACT, Activation.NONE), lines.id(), sum);
    call.give(0, lines.elements(result));
  }

  /** Over one axis since version 13; before, over all from one axis on. */
  private static Lines lines(Call call) throws Refusal {
    View view = call.view(0);
    int rank = view.dims().rank();
    boolean single = call.version() >= 13;
    int first = Call.axis(call.integer("axis", single ? -1 : 1), rank);
    return Lines.of(call, view, Lines.axesFrom(first, single ? first + 1 : rank));
  }
}
