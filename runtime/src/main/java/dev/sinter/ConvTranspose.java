package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A 1-D or 2-D transposed convolution, as PyTorch's {@code ConvTranspose1d} and {@code
 * ConvTranspose2d}: each element of the input adds the kernel, times itself, to the output.
 *
 * <p>Reads {@code weight}, [in, out/groups, kh, kw] or [in, out/groups, k], and {@code bias},
 * [out], where there is one. [C, H, W] becomes [out, H', W'] with H' = (H − 1)·stride − top −
 * bottom + dilation·(kh − 1) + outputPadding + 1.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface ConvTranspose {
  /** {s} or {sh, sw}: the distance in the output of what neighbours in the input add. */
  int[] stride() default 1;

  /**
   * Rows and columns cut off around the output: {p}, {h, w} or {top, left, bottom, right}; 1-D: {p}
   * or {left, right}.
   */
  int[] padding() default 0;

  /**
   * Rows and columns more at the bottom and right of the output: {n} or {h, w}, each less than the
   * stride or the dilation there. With a stride several output sizes stand for one input size; this
   * chooses.
   */
  int[] outputPadding() default 0;

  /** {d} or {dh, dw}. */
  int[] dilation() default 1;

  /**
   * The groups that the channels are split into. Unlike that of a {@link Conv}, the weight cannot
   * tell: its first extent is all input channels, its second the outputs of one group.
   */
  int groups() default 1;

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
