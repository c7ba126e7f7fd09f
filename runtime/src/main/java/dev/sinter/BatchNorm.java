package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A batch normalization with running statistics, y = γ·(x − μ)/√(σ² + ε) + β for each channel.
 *
 * <p>Reads {@code running_mean} and {@code running_var}, [C], and {@code weight} (γ, else 1) and
 * {@code bias} (β, else 0) where there are any; other {@linkplain Network#convention conventions}
 * call them otherwise. The shape stays. Source: S. Ioffe, C. Szegedy, <i>Batch Normalization</i>,
 * arXiv 1502.03167, algorithm 2.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface BatchNorm {
  /**
   * ε, added to the variance. By default, that is NaN, it is what the {@linkplain
   * Network#convention convention} has: 1e-5 for PyTorch, Caffe and Gluon, 1e-3 for Keras and
   * MXNet's symbol API, 1e-6 for Darknet, which adds it to the root instead.
   */
  double eps() default Double.NaN;

  /**
   * Where γ and β are, if they are not beside the statistics: a prefix, or a file and prefix, as in
   * {@link #weights}. Caffe has them in a Scale layer behind this one; without this there, γ is 1
   * and β is 0.
   */
  String scale() default "";

  /**
   * Whether γ is 1, whatever is stored: MXNet's {@code fix_gamma}. It must be written, true or
   * false, where the convention leaves it open.
   */
  boolean fixGamma() default false;

  /**
   * Where the tensors are: another prefix ({@code "layer1.0.conv1"}), or another file and prefix
   * ({@code "stem.npz#conv"}). By default the field's name in the network's own file.
   */
  String weights() default "";

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
