package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;

/** {@code @Activation}: a function by its name, with PyTorch's default for its parameter. */
final class ActivationLayer implements LayerType {
  @Override
  public String annotation() {
    return "Activation";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    Activation.Kind kind = Activation.Kind.valueOf(layer.values().text("value"));
    double alpha = layer.values().number("alpha");
    boolean given = !Double.isNaN(alpha);
    return switch (kind) {
      case LEAKY_RELU -> activate(kind, checked(layer, given ? alpha : 0.01));
      case ELU -> activate(kind, checked(layer, given ? alpha : 1));
      case SOFTPLUS -> {
        double beta = checked(layer, given ? alpha : 1);
        if (beta <= 0) {
          throw layer.bad("alpha", beta, "greater than 0");
        }
        yield activate(kind, beta);
      }
      default -> {
        if (given) {
          throw layer.bad("alpha", alpha, "left out: " + kind + " has no parameter");
        }
        yield activate(kind);
      }
    };
  }

  private static Op activate(Activation.Kind kind, double... parameters) {
    return new Op.Activate(Activation.of(kind, parameters));
  }

  private static double checked(LayerContext layer, double alpha) throws Rejection {
    if (!Float.isFinite((float) alpha)) {
      throw layer.bad("alpha", alpha, "a finite float");
    }
    return alpha;
  }
}
