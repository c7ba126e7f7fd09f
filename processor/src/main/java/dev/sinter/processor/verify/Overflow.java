package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds constants that are infinite as floats. */
public final class Overflow {
  private Overflow() {}

  /** {@code "1.2e+39 in channel 3"} for the first such constant of an operator. */
  public static Optional<String> in(Op op) {
    List<String> found = new ArrayList<>();
    baked(op)
        .mapTensors(
            tensor -> {
              first(tensor).ifPresent(found::add);
              return tensor;
            });
    activation(op).parameters().stream()
        .filter(parameter -> Double.isFinite(parameter) && Float.isInfinite(parameter.floatValue()))
        .map(parameter -> parameter + " in its activation")
        .forEach(found::add);
    return found.stream().findFirst();
  }

  /** A batch normalization that is not folded is baked as an affine map. */
  private static Op baked(Op op) {
    return op instanceof Op.BatchNorm norm ? norm.asAffine() : op;
  }

  private static Activation activation(Op op) {
    if (op instanceof Op.Activate activate) {
      return activate.activation();
    }
    return op instanceof Op.Activatable activatable ? activatable.activation() : Activation.NONE;
  }

  private static Optional<String> first(Tensor tensor) {
    int row = Math.max(1, tensor.size() / Math.max(1, tensor.shape().channels()));
    for (int i = 0; i < tensor.size(); i++) {
      if (!Float.isFinite((float) tensor.get(i))) {
        return Optional.of(tensor.get(i) + " in channel " + i / row);
      }
    }
    return Optional.empty();
  }
}
