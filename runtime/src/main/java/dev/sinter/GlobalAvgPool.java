package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The mean of each channel: [C, H, W] becomes [C, 1, 1] and [C, L] becomes [C, 1], as PyTorch's
 * {@code AdaptiveAvgPool2d(1)}.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface GlobalAvgPool {
  /** The field to read; by default the one before, or the network's input for the first. */
  String from() default "";
}
