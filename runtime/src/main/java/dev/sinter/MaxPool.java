package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The largest element of each window of each channel: [C, H, W] becomes [C, H', W'], as PyTorch's
 * {@code MaxPool2d}; [C, L] likewise.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface MaxPool {
  /** {k} or {kh, kw}. */
  int[] kernel();

  /** {s} or {sh, sw}; by default the kernel. */
  int[] stride() default {};

  /**
   * Positions around the input that never win: {p}, {h, w} or {top, left, bottom, right}; 1-D: {p}
   * or {left, right}.
   */
  int[] padding() default 0;

  /** Rounds the output size up, so that the last, partial window counts. */
  boolean ceilMode() default false;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
