package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Products with a matrix, of a vector or of the channels of each place. */
final class Heads {
  private Heads() {}

  /** α·x·W + β·b. */
  static void gemm(Call call) throws Refusal {
    if (call.flag("transA")) {
      throw new Refusal("transposes its input");
    }
    double alpha = call.real("alpha", 1);
    double beta = call.real("beta", 1);
    Tensor matrix = call.weights(1, "matrix");
    boolean transposed = call.flag("transB");
    Tensor bias = call.hasInput(2) ? call.weights(2, "bias") : null;
    Shape shape = matrix.shape();
    if (bias != null && shape.rank() == 2) {
      bias = vector(bias, shape.extent(transposed ? 0 : 1), beta);
    }
    linear(call, matrix, transposed, alpha, bias);
  }

  private static Tensor vector(Tensor bias, int outputs, double factor) throws Refusal {
    if (bias.size() != outputs && bias.size() != 1) {
      throw new Refusal("has a bias " + bias.shape() + " for " + outputs + " outputs");
    }
    return Tensor.computed(Shape.of(outputs), o -> factor * bias.get(bias.size() == 1 ? 0 : o));
  }

  /** Each row of a value times a constant matrix. */
  static void matMul(Call call) throws Refusal {
    if (call.input(0) instanceof View && call.input(1) instanceof View) {
      Products.ofValues(call);
      return;
    }
    Tensor matrix = call.weights(1, "matrix");
    Shape shape = matrix.shape();
    int rank = shape.rank();
    // One matrix may have a batch.
    boolean batched =
        rank > 2 && shape.size() == (long) shape.extent(rank - 2) * shape.extent(rank - 1);
    linear(
        call,
        batched ? matrix.reshaped(new Shape(shape.extents().subList(rank - 2, rank))) : matrix,
        false,
        1,
        null);
  }

  private static void linear(
      Call call, Tensor matrix, boolean transposed, double alpha, @Nullable Tensor bias)
      throws Refusal {
    View given = call.view(0);
    Shape dims = given.dims();
    int inputs = dims.rank() == 0 ? 0 : dims.extent(dims.rank() - 1);
    Shape shape = matrix.shape();
    if (shape.rank() != 2 || shape.extent(transposed ? 1 : 0) != inputs || dims.size() == 0) {
      throw new Refusal("multiplies a value " + dims + " with a matrix " + shape);
    }
    int outputs = shape.extent(transposed ? 0 : 1);
    // Rows of the weight are read in the order of the value below, so the columns must stand in it.
    boolean single = dims.size() == inputs;
    View view = single ? given : rowsAsChannels(call, given, inputs);
    int[] channel = single ? inverse(view) : channels(call, view, inputs).orElseThrow();
    Shape swapped = Shape.of(outputs, inputs);
    Tensor weight =
        matrix.arranged(
            swapped,
            i -> {
              int o = i / inputs;
              int c = channel[i % inputs];
              return transposed ? o * inputs + c : c * outputs + o;
            });
    if (alpha != 1) {
      weight = weight.scaledRows(Tensor.filled(outputs, alpha));
    } else if (!transposed || !view.isOrdered()) {
      weight = Tensor.of(swapped, weight.toDoubles());
    }
    call.give(
        0, single ? vector(call, view, weight, bias) : places(call, view, channel, weight, bias));
  }

  private static Shape withLast(Shape dims, int extent) {
    List<Integer> extents = new ArrayList<>(dims.extents());
    extents.set(dims.rank() - 1, extent);
    return new Shape(extents);
  }

  private static int[] inverse(View view) {
    int[] inverse = new int[view.size()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[view.from(i)] = i;
    }
    return inverse;
  }

  private static View vector(Call call, View view, Tensor weight, @Nullable Tensor bias)
      throws Refusal {
    Shape vector = Shape.of(view.size());
    int input = call.wiring().arranged(call, View.of(view.id(), view.dims()), vector);
    int id = call.add(new Op.Linear(weight, bias, Activation.NONE), input);
    return View.of(id, withLast(view.dims(), weight.shape().extent(0)));
  }

  /**
   * Which element of a row each channel of the value below is, where the rows are the channels of
   * its places.
   */
  private static Optional<int[]> channels(Call call, View view, int inputs) {
    Shape base = call.shape(view.id());
    int plane = (int) base.plane();
    int[] element = new int[inputs];
    boolean fits = base.channels() == inputs;
    for (int i = 0; fits && i < inputs; i++) {
      element[view.from(i) / plane] = i;
    }
    for (int i = 0; fits && i < view.size(); i++) {
      int row = i - i % inputs;
      fits =
          element[view.from(i) / plane] == i % inputs
              && view.from(i) % plane == view.from(row) % plane;
    }
    return fits ? Optional.of(element) : Optional.empty();
  }

  /** The same elements, moved if need be so that each row is the channels of a place. */
  private static View rowsAsChannels(Call call, View view, int inputs) throws Refusal {
    if (channels(call, view, inputs).isPresent()) {
      return view;
    }
    int rows = view.size() / inputs;
    View flat = view.reshaped(Shape.of(1, rows, inputs));
    int[] columns = new int[view.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = i % rows * inputs + i / rows;
    }
    View moved = flat.rearranged(Shape.of(1, inputs, rows), columns);
    int id = call.wiring().settled(call, moved);
    return Layout.CHANNELS_LAST.view(id, List.of(rows, inputs)).reshaped(view.dims());
  }

  /** A linear layer on the channels of each place is a convolution with a window of one. */
  private static View places(
      Call call, View view, int[] channel, Tensor weight, @Nullable Tensor bias) throws Refusal {
    Window.Pair one = new Window.Pair(1, 1);
    int outputs = weight.shape().extent(0);
    Op conv =
        new Op.Conv(
            new Window(one, one, one, Window.Padding.NONE),
            1,
            weight.reshaped(Shape.of(outputs, channel.length, 1, 1)),
            bias,
            Activation.NONE);
    int id = call.add(conv, view.id());
    int plane = (int) call.shape(id).plane();
    Shape dims = withLast(view.dims(), outputs);
    int[] from = new int[(int) Broadcast.limited(dims).size()];
    for (int i = 0; i < from.length; i++) {
      int row = i / outputs * channel.length;
      from[i] = i % outputs * plane + view.from(row) % plane;
    }
    return View.of(id, dims).rearranged(dims, from);
  }
}
