package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import org.jspecify.annotations.Nullable;

/** Operators on vectors: products with a matrix, and softmax. */
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

  /** Each row of a value, of which there is one, times a constant matrix. */
  static void matMul(Call call) throws Refusal {
    linear(call, call.weights(1, "matrix"), false, 1, null);
  }

  private static void linear(
      Call call, Tensor matrix, boolean transposed, double alpha, @Nullable Tensor bias)
      throws Refusal {
    View view = call.view(0);
    Shape dims = view.dims();
    int rank = dims.rank();
    int inputs = rank == 0 ? 0 : dims.extent(rank - 1);
    Shape shape = matrix.shape();
    if (shape.rank() != 2 || shape.extent(transposed ? 1 : 0) != inputs || dims.size() != inputs) {
      throw new Refusal(
          "multiplies a value "
              + dims
              + " with a matrix "
              + shape
              + "; Sinter's linear layers read one vector");
    }
    int outputs = shape.extent(transposed ? 0 : 1);
    // The vector is read in the order of the value below, so the columns must stand in that order.
    int[] column = new int[inputs];
    for (int i = 0; i < inputs; i++) {
      column[view.from(i)] = i;
    }
    Shape swapped = Shape.of(outputs, inputs);
    Tensor weight =
        matrix.arranged(
            swapped,
            i -> {
              int o = i / inputs;
              int c = column[i % inputs];
              return transposed ? o * inputs + c : c * outputs + o;
            });
    if (alpha != 1) {
      weight = weight.scaledRows(Tensor.filled(outputs, alpha));
    } else if (!transposed || !view.isOrdered()) {
      weight = Tensor.of(swapped, weight.toDoubles());
    }
    Shape vector = Shape.of(inputs);
    int input = call.wiring().arranged(call, View.of(view.id(), dims), vector);
    int id = call.add(new Op.Linear(weight, bias, Activation.NONE), input);
    int[] extents = dims.extents().stream().mapToInt(extent -> extent).toArray();
    extents[rank - 1] = outputs;
    call.give(0, View.of(id, Shape.of(extents)));
  }
}
