package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Dropout as it is when a network is used: nothing. It stands in a declaration only so that the
 * fields can follow the training code, and vanishes.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Dropout {
  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
