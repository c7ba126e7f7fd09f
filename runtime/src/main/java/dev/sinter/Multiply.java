package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The product of two or more values, element by element: {@code @Multiply({"conv2", "gate"})}. All
 * have one shape, but any may be [C, 1, 1] (or [C, 1]) to multiply each channel of [C, H, W] (or
 * [C, L]) by one factor, as the gate of a squeeze-and-excitation block does.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Multiply {
  /** The fields to multiply, by name; {@code "input"} is the network's input. */
  String[] value();
}
