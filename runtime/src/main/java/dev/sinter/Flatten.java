package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Reads [C, H, W] or [C, L] as the vector [C·H·W] or [C·L], the last axis running fastest. */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Flatten {
  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
