package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** An activation function, applied to each element. The shape stays. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Activation {
  /** Which function. */
  Function value();

  /**
   * The parameter of {@link Function#LEAKY_RELU} (slope below zero, 0.01), {@link Function#ELU} (α,
   * 1) and {@link Function#SOFTPLUS} (β, 1). NaN, the default, stands for the value in parentheses.
   */
  double alpha() default Double.NaN;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";

  /** The functions, with PyTorch's definitions and defaults. */
  enum Function {
    /** max(x, 0). */
    RELU,
    /** min(max(x, 0), 6). */
    RELU6,
    /** x for x ≥ 0, else α·x. */
    LEAKY_RELU,
    /** x for x > 0, else α·(eˣ − 1). */
    ELU,
    /** 1.0507009873554805·ELU(x) with α = 1.6732632423543772 (arXiv 1706.02515). */
    SELU,
    /** x·Φ(x), with the exact normal distribution function Φ (arXiv 1606.08415). */
    GELU,
    /** 1/(1 + e⁻ˣ). */
    SIGMOID,
    /** The hyperbolic tangent. */
    TANH,
    /** x·sigmoid(x), also called Swish. */
    SILU,
    /** min(max(x/6 + 1/2, 0), 1). */
    HARD_SIGMOID,
    /** x·hardSigmoid(x) (arXiv 1905.02244). */
    HARD_SWISH,
    /** x·tanh(softplus(x)) (arXiv 1908.08681). */
    MISH,
    /** ln(1 + e^(β·x))/β. */
    SOFTPLUS
  }
}
