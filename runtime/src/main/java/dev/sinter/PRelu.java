package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * x for x ≥ 0, else a·x with a learnt slope for each channel (arXiv 1502.01852). The shape stays.
 *
 * <p>Reads {@code weight}, [C] or, one slope for all channels, [1].
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface PRelu {
  /**
   * Where the tensors are: another prefix ({@code "layer1.0.conv1"}), or another file and prefix
   * ({@code "stem.npz#conv"}). By default the field's name in the network's own file.
   */
  String weights() default "";

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
