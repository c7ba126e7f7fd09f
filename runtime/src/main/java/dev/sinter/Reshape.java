package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The same elements in the same order, the last axis running fastest, in another shape:
 * {@code @Reshape({64, -1})}. It costs nothing.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Reshape {
  /** {C, H, W}, {C, L} or {C}; one of them may be −1, which stands for what is left. */
  int[] value();

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
