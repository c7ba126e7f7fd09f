package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A 1-D or 2-D convolution (cross-correlation, as in PyTorch's {@code Conv1d} and {@code Conv2d}).
 *
 * <p>Reads {@code weight}, [out, in/groups, kh, kw] or [out, in/groups, k], and {@code bias},
 * [out], where there is one. Kernel, channels and groups follow from the weight and the input. [C,
 * H, W] becomes [out, H', W'] with H' = ⌊(H + top + bottom − dilation·(kh − 1) − 1) / stride⌋ + 1.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Conv {
  /** {s} or {sh, sw}. */
  int[] stride() default 1;

  /**
   * Zeros around the input: {p}, {h, w} or {top, left, bottom, right}; 1-D: {p} or {left, right}.
   */
  int[] padding() default 0;

  /**
   * Pads so that the output has ⌈input / stride⌉ positions, as TensorFlow's SAME: the odd zero goes
   * to the bottom and right. Excludes {@link #padding}.
   */
  boolean same() default false;

  /** {d} or {dh, dw}. */
  int[] dilation() default 1;

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
