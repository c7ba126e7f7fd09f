package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Operators with a window that moves over the map: convolutions and pools. */
final class Windows {
  private Windows() {}

  static void conv(Call call) throws Refusal {
    int input = call.value(0);
    Tensor weight = kernel(call, call.weights(1, "weight"));
    Window window = window(call, weight.shape(), call.shape(input));
    int groups = Call.exact(call.integer("group", 1));
    call.give(new Op.Conv(window, groups, weight, bias(call), Activation.NONE), input);
  }

  private static @Nullable Tensor bias(Call call) throws Refusal {
    return call.hasInput(2) ? call.weights(2, "bias") : null;
  }

  /** The weight with two axes of a map. */
  private static Tensor kernel(Call call, Tensor weight) throws Refusal {
    Shape shape = weight.shape();
    int axes = call.view(0).dims().rank() - 2;
    if (shape.rank() != axes + 2 || axes < 1 || axes > 2 || shape.size() == 0) {
      throw new Refusal(
          "has a weight "
              + shape
              + " for an input "
              + call.view(0).dims()
              + "; convolutions are 1-D or 2-D");
    }
    return axes == 2
        ? weight
        : weight.reshaped(Shape.of(shape.extent(0), shape.extent(1), 1, shape.extent(2)));
  }

  static void convTranspose(Call call) throws Refusal {
    int input = call.value(0);
    Tensor weight = kernel(call, call.weights(1, "weight"));
    Shape map = call.shape(input);
    Window.Pair kernel = pair(weight.shape().extent(2), weight.shape().extent(3));
    Window.Pair stride = pair(call, "strides", map);
    Window.Pair dilation = pair(call, "dilations", map);
    List<Integer> extra = two(call, call.integers("output_padding"), map, 0);
    List<Integer> pads = pads(call, map);
    String auto = call.text("auto_pad", "NOTSET");
    if (auto.startsWith("SAME") || call.has("output_shape")) {
      List<Long> asked = call.integers("output_shape");
      boolean upper = auto.equals("SAME_UPPER");
      Window unpadded = new Window(kernel, stride, dilation, Window.Padding.NONE);
      List<Integer> sizes =
          asked.isEmpty()
              ? List.of(map.height() * stride.height(), map.width() * stride.width())
              : two(
                  call,
                  asked.subList(Math.max(0, asked.size() - map.rank() + 1), asked.size()),
                  map,
                  1);
      int rows = cut(unpadded.rows(), map.height(), extra.get(0), sizes.get(0));
      int columns = cut(unpadded.columns(), map.width(), extra.get(1), sizes.get(1));
      pads =
          upper
              ? List.of(rows / 2, columns / 2, rows - rows / 2, columns - columns / 2)
              : List.of(rows - rows / 2, columns - columns / 2, rows / 2, columns / 2);
    }
    Window window = new Window(kernel, stride, dilation, padding(pads));
    int groups = Call.exact(call.integer("group", 1));
    if (groups < 1) {
      throw new Refusal("has " + groups + " groups");
    }
    call.give(
        new Op.ConvTranspose(
            window, extra.get(0), extra.get(1), groups, weight, bias(call), Activation.NONE),
        input);
  }

  /** How much must be cut off the output for it to have the size that is asked for. */
  private static int cut(Window.Axis axis, int input, int extra, int output) throws Refusal {
    long cut = (input - 1L) * axis.stride() + axis.reach() + extra - output;
    if (cut < 0) {
      throw new Refusal("is to have " + output + " outputs, more than its windows give");
    }
    return Call.exact(cut);
  }

  static void maxPool(Call call) throws Refusal {
    if (call.node().getOutputCount() > 1 && !call.node().getOutput(1).isEmpty()) {
      throw new Refusal("gives the indices of its maxima, which Sinter's pools do not have");
    }
    pool(call, Op.Pool.Kind.MAX);
  }

  static void averagePool(Call call) throws Refusal {
    pool(call, Op.Pool.Kind.AVERAGE);
  }

  private static void pool(Call call, Op.Pool.Kind kind) throws Refusal {
    int input = call.value(0);
    Shape map = call.shape(input);
    List<Integer> kernel = two(call, call.integers("kernel_shape"), map, 1);
    Shape weight = Shape.of(1, 1, kernel.get(0), kernel.get(1));
    Window window = window(call, weight, map);
    boolean ceil = call.flag("ceil_mode");
    boolean counts = call.flag("count_include_pad");
    call.give(new Op.Pool(kind, window, ceil, counts), input);
  }

  static void globalAverage(Call call) throws Refusal {
    call.give(new Op.GlobalPool(Op.Pool.Kind.AVERAGE), call.value(0));
  }

  static void globalMax(Call call) throws Refusal {
    call.give(new Op.GlobalPool(Op.Pool.Kind.MAX), call.value(0));
  }

  /**
   * (Σ |x|ᵖ)^(1/p) over each window: a convolution of the powers with ones, whose zero padding adds
   * nothing. A last window of ceil mode is padded to its end.
   */
  static void lpPool(Call call) throws Refusal {
    double p = norm(call);
    int input = call.value(0);
    Shape map = call.shape(input);
    List<Integer> kernel = two(call, call.integers("kernel_shape"), map, 1);
    Window window = window(call, Shape.of(1, 1, kernel.get(0), kernel.get(1)), map);
    if (call.flag("ceil_mode")) {
      window = toTheEnd(window, map);
    }
    int channels = map.channels();
    Shape kernels = Broadcast.limited(Shape.of(channels, 1, kernel.get(0), kernel.get(1)));
    Tensor ones = Tensor.computed(kernels, i -> 1);
    int powers = power(call, p, absolute(call, input));
    int sums = call.add(new Op.Conv(window, channels, ones, null, Activation.NONE), powers);
    call.give(power(call, 1 / p, sums));
  }

  private static Window toTheEnd(Window window, Shape map) {
    Window.Padding p = window.padding();
    return new Window(
        window.kernel(),
        window.stride(),
        window.dilation(),
        new Window.Padding(
            p.top(),
            p.left(),
            p.bottom() + beyond(window.rows(), map.height()),
            p.right() + beyond(window.columns(), map.width())));
  }

  /** What the last window of ceil mode reads beyond the padded axis. */
  private static int beyond(Window.Axis axis, int extent) {
    int windows = axis.outputs(extent, true);
    int end = (windows - 1) * axis.stride() + axis.reach();
    return Math.max(0, end - extent - axis.before() - axis.after());
  }

  private static double norm(Call call) throws Refusal {
    long p = call.integer("p", 2);
    if (p < 1) {
      throw new Refusal("has p = " + p);
    }
    return p;
  }

  /** Even powers have no sign. */
  private static int absolute(Call call, int input) throws Refusal {
    return norm(call) % 2 == 0
        ? input
        : call.add(new Op.Elementwise(Op.Elementwise.Function.ABS, 0), input);
  }

  private static int power(Call call, double exponent, int input) throws Refusal {
    return exponent == 1
        ? input
        : call.add(new Op.Elementwise(Op.Elementwise.Function.POWER, exponent), input);
  }

  static void globalLpPool(Call call) throws Refusal {
    double p = norm(call);
    int input = call.value(0);
    double places = call.shape(input).plane();
    int means =
        call.add(new Op.GlobalPool(Op.Pool.Kind.AVERAGE), power(call, p, absolute(call, input)));
    int sums =
        call.add(Op.Affine.times(Tensor.filled(call.shape(input).channels(), places)), means);
    call.give(power(call, 1 / p, sums));
  }

  /** The window of a convolution or a pool. */
  private static Window window(Call call, Shape weight, Shape map) throws Refusal {
    Window.Pair kernel = pair(weight.extent(2), weight.extent(3));
    Window.Pair stride = pair(call, "strides", map);
    Window.Pair dilation = pair(call, "dilations", map);
    String auto = call.text("auto_pad", "NOTSET");
    Window unpadded = new Window(kernel, stride, dilation, Window.Padding.NONE);
    List<Integer> pads =
        switch (auto) {
          case "NOTSET" -> pads(call, map);
          case "VALID" -> List.of(0, 0, 0, 0);
          case "SAME_UPPER", "SAME_LOWER" -> same(unpadded, map, auto.equals("SAME_UPPER"));
          default -> throw new Refusal("has the unknown auto_pad '" + auto + "'");
        };
    return new Window(kernel, stride, dilation, padding(pads));
  }

  private static List<Integer> same(Window window, Shape map, boolean upper) {
    int rows = missing(window.rows(), map.height());
    int columns = map.rank() == 1 ? 0 : missing(window.columns(), map.width());
    return upper
        ? List.of(rows / 2, columns / 2, rows - rows / 2, columns - columns / 2)
        : List.of(rows - rows / 2, columns - columns / 2, rows / 2, columns / 2);
  }

  /** What ⌈extent/stride⌉ windows need beyond the axis. */
  private static int missing(Window.Axis axis, int extent) {
    long windows = (extent - 1L) / axis.stride();
    return (int) Math.max(0, windows * axis.stride() + axis.reach() - extent);
  }

  private static List<Integer> pads(Call call, Shape map) throws Refusal {
    List<Long> pads = call.integers("pads");
    int axes = map.rank() - 1;
    if (pads.isEmpty()) {
      return List.of(0, 0, 0, 0);
    }
    if (pads.size() != 2 * axes) {
      throw new Refusal("has pads " + pads + " for a map of " + axes + " axes");
    }
    List<Integer> exact = new ArrayList<>();
    for (long pad : pads) {
      exact.add(Call.exact(pad));
    }
    return axes == 2 ? exact : List.of(0, exact.get(0), 0, exact.get(1));
  }

  static Window.Padding padding(List<Integer> pads) throws Refusal {
    if (pads.stream().anyMatch(pad -> pad < 0)) {
      throw new Refusal("has negative pads " + pads);
    }
    return new Window.Padding(pads.get(0), pads.get(1), pads.get(2), pads.get(3));
  }

  private static Window.Pair pair(Call call, String attribute, Shape map) throws Refusal {
    List<Integer> two = two(call, call.integers(attribute), map, 1);
    return pair(two.get(0), two.get(1));
  }

  private static Window.Pair pair(int rows, int columns) throws Refusal {
    if (rows < 1 || columns < 1) {
      throw new Refusal("has a window with the numbers " + rows + " × " + columns);
    }
    return new Window.Pair(rows, columns);
  }

  /** Numbers for rows and columns; a sequence has no rows. */
  private static List<Integer> two(Call call, List<Long> written, Shape map, int otherwise)
      throws Refusal {
    int axes = map.rank() - 1;
    if (axes < 1) {
      throw new Refusal("needs a map; the input is " + call.view(0).dims());
    }
    if (written.isEmpty()) {
      return List.of(otherwise, otherwise);
    }
    if (written.size() != axes || written.stream().anyMatch(number -> number < 0)) {
      throw new Refusal("has the numbers " + written + " for a map of " + axes + " axes");
    }
    int last = Call.exact(written.get(axes - 1));
    return List.of(axes == 2 ? Call.exact(written.get(0)) : otherwise, last);
  }
}
