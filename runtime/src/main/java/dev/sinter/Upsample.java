package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A larger map, as PyTorch's {@code Upsample}: [C, H, W] becomes [C, H', W'], where {@link #scale}
 * gives H' = sh·H, or {@link #size} gives H' itself; [C, L] likewise.
 *
 * <p>NEAREST takes the element at ⌊i·H/H'⌋. BILINEAR (on a sequence, PyTorch's linear) lies between
 * the two rows around (i + ½)·H/H' − ½ or, with {@link #alignCorners}, around i·(H − 1)/(H' − 1),
 * and between two columns likewise. Positions beyond the map's first or last row count as that row.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Upsample {
  /** {s} or {sh, sw}. Give this or {@link #size}. */
  int[] scale() default {};

  /** {h, w}, {n} for both, or {l} of a sequence. Give this or {@link #scale}. */
  int[] size() default {};

  /** How elements between those of the input are made. */
  Mode mode() default Mode.NEAREST;

  /** BILINEAR only: whether the corners of input and output are the same points. */
  boolean alignCorners() default false;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";

  /** The ways of interpolation. */
  enum Mode {
    /** Each element again and again. */
    NEAREST,
    /** Between the neighbours on each axis, in proportion. */
    BILINEAR
  }
}
