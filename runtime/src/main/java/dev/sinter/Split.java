package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * One of several equal parts of the channels, as PyTorch's {@code chunk}: [C, H, W] becomes
 * [C/parts, H, W]. A field for each part, each with {@code from} the same layer, takes it apart.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Split {
  /** The number of parts; it divides the channels. */
  int parts() default 2;

  /** Which part, from 0. */
  int index() default 0;

  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
