package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Two or more values behind each other, by channel: {@code @Concat({"up", "skip"})}. [C₁, H, W],
 * [C₂, H, W] … become [C₁ + C₂ + …, H, W], as PyTorch's {@code cat} along the channels.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Concat {
  /** The fields to put behind each other, by name; {@code "input"} is the network's input. */
  String[] value();
}
