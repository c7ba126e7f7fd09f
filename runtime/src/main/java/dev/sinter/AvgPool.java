package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The mean of each window of each channel: [C, H, W] becomes [C, H', W'], as PyTorch's {@code
 * AvgPool2d}; [C, L] likewise.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface AvgPool {
  /** {k} or {kh, kw}. */
  int[] kernel();

  /** {s} or {sh, sw}; by default the kernel. */
  int[] stride() default {};

  /**
   * Zeros around the input: {p}, {h, w} or {top, left, bottom, right}; 1-D: {p} or {left, right}.
   */
  int[] padding() default 0;

  /** Rounds the output size up, so that the last, partial window counts. */
  boolean ceilMode() default false;

  /** Whether the zeros of the padding count in the mean's divisor. */
  boolean countIncludePad() default true;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
