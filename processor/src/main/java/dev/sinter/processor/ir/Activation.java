package dev.sinter.processor.ir;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An element-wise function, alone or as the last step of another operator.
 *
 * @param kind which function
 * @param parameters α or β of the functions that have one, {min, max} of CLIP, one slope per
 *     channel or a single one of PRELU, else nothing
 */
public record Activation(Kind kind, List<Double> parameters) {

  /** The functions; their definitions are those of {@code dev.sinter.Activation.Function}. */
  public enum Kind {
    NONE,
    RELU,
    RELU6,
    LEAKY_RELU,
    ELU,
    SELU,
    GELU,
    SIGMOID,
    TANH,
    SILU,
    HARD_SIGMOID,
    HARD_SWISH,
    MISH,
    SOFTPLUS,
    CLIP,
    PRELU
  }

  public static final Activation NONE = of(Kind.NONE);

  public Activation {
    parameters = List.copyOf(parameters);
  }

  public static Activation of(Kind kind, double... parameters) {
    return new Activation(kind, Arrays.stream(parameters).boxed().collect(Collectors.toList()));
  }

  public boolean isNone() {
    return kind == Kind.NONE;
  }

  /** As it is baked: parameters rounded to float. */
  Activation rounded() {
    return new Activation(
        kind, parameters.stream().map(p -> (double) p.floatValue()).collect(Collectors.toList()));
  }
}
