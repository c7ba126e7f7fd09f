package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A further input of the network: {@code @Input({3, 8, 8}) Layer mask;}. It reads nothing, and the
 * field's name is the input's.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.FIELD)
public @interface Input {
  /** The shape: {C, H, W}, {C, L} or {C}. */
  int[] value();
}
