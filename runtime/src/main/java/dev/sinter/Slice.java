package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Some channels, rows or columns: Python's {@code x[start:end:step]} along one axis of [C, H, W],
 * [C, L] or [C]. Numbers below 0 count from the end, and those beyond the end mean the end.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Slice {
  /** 0: channels; 1: rows, or the positions of a sequence; 2: columns. */
  int axis() default 0;

  /** The first index; negative ones count from the end. */
  int start() default 0;

  /** One past the last index; negative ones count from the end. */
  int end() default Integer.MAX_VALUE;

  /** The distance of one index to the next, at least 1. */
  int step() default 1;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
