package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A part of a network that is declared once and used as often as wanted. On a class, it says that
 * the class's fields are layers, as those of a {@link Network} are. On a field of such a class's
 * type, it puts all those layers there.
 *
 * <pre>{@code
 * @Block
 * final class Residual {
 *   @Conv(padding = 1)             Layer conv;
 *   @BatchNorm                     Layer bn;
 *   @Add({"bn", "input"})          Layer sum;
 *   @Activation(RELU)              Layer relu;
 * }
 *
 * @Block(weights = "layer1.0")     Residual first;    // layer1.0.conv.weight, …
 * }</pre>
 *
 * <p>In a block, {@code "input"} is what the block reads, the last field is what it gives, and the
 * names of tensors are relative to its own prefix. Other values of a block can be read from outside
 * if they are marked {@link Output}: {@code from = "first.conv"}. Blocks may contain blocks.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.FIELD})
public @interface Block {
  /**
   * On a field: where the tensors are, as another prefix ({@code "layer1.0"}), or another file and
   * prefix ({@code "stem.npz#conv"}). By default the field's name.
   */
  String weights() default "";

  /**
   * On a field: the fields to read, by default the one before. The first is the block's {@code
   * "input"}; further ones are its {@link Input} fields, in their order.
   */
  String[] from() default {};
}
