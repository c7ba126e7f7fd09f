package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A fully connected layer, y = W·x + b, on a vector [in].
 *
 * <p>Reads {@code weight}, [out, in], and {@code bias}, [out], where there is one. Put {@link
 * Flatten} before it where the input is a map.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Linear {
  /**
   * Where the tensors are: another prefix ({@code "layer1.0.conv1"}), or another file and prefix
   * ({@code "stem.npz#conv"}). By default the field's name in the network's own file.
   */
  String weights() default "";

  /**
   * How its weights are kept, one of {@link Storage}; by default as {@link Network#storage} says.
   */
  Storage[] storage() default {};

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
