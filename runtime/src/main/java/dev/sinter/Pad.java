package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A border of one value around the map, and channels of it before and after: [C, H, W] becomes
 * [before + C + after, top + H + bottom, left + W + right], as PyTorch's {@code ConstantPad2d} and
 * {@code ConstantPad1d}. Layers with a {@code padding} of their own need none before them.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Pad {
  /** {p}, {h, w} or {top, left, bottom, right}; 1-D: {p} or {left, right}. */
  int[] padding() default 0;

  /** The channels to add: {before, after}. */
  int[] channels() default {0, 0};

  /** What the border and the channels hold. */
  double value() default 0;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
