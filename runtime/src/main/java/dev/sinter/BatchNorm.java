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
 * {@code bias} (β, else 0) where there are any. The shape stays. Source: S. Ioffe, C. Szegedy,
 * <i>Batch Normalization</i>, arXiv 1502.03167, algorithm 2.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface BatchNorm {
  /** ε, added to the variance inside the root. PyTorch and ONNX: 1e-5; Keras: 1e-3. */
  double eps() default 1e-5;

  /**
   * Where the tensors are: another prefix ({@code "layer1.0.conv1"}), or another file and prefix
   * ({@code "stem.npz#conv"}). By default the field's name in the network's own file.
   */
  String weights() default "";

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
