package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares a neural network: the class's fields of type {@link Layer} are its layers, in source
 * order.
 *
 * <p>For a class {@code Digits} the processor generates {@code SinteredDigits}, as visible as the
 * class itself, whose {@code load()} gives a {@link Model}. For a nested class {@code Outer.Digits}
 * it is {@code SinteredOuter_Digits}. Nobody instantiates the declaring class.
 *
 * <p>Shapes are [C, H, W] for images, [C, L] for sequences and [C] for vectors, without the batch.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Network {
  /**
   * The shape of the input called {@code "input"}: {C, H, W}, {C, L} or {C}. May be left out only
   * where the class has {@link Input} fields.
   */
  int[] input() default {};

  /**
   * The file with the trained tensors: {@code .safetensors}, {@code .npz}, or a folder of {@code
   * .npy} files. A relative name is looked for beside the package first, then at the root, in the
   * folders of {@code -Asinter.weights}, the class output, the source path and the class path.
   */
  String weights() default "";

  /** Where the constants go. */
  Bake bake() default Bake.AUTO;

  /** Where the constants of a compiled network are kept. */
  enum Bake {
    /** In the classes up to 1 MiB of constants, in a resource above. */
    AUTO,
    /** In the generated classes, as string constants. */
    CLASS,
    /** In one resource beside the generated classes, checked when it is loaded. */
    RESOURCE
  }
}
