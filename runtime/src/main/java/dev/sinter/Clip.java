package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Limits each element to [min, max]. The shape stays. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Clip {
  /** The lower limit. */
  double min() default Double.NEGATIVE_INFINITY;

  /** The upper limit. */
  double max() default Double.POSITIVE_INFINITY;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
