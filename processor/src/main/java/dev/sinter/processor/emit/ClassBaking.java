package dev.sinter.processor.emit;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeName;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;

/** Constants as methods of the layer's own class. */
final class ClassBaking implements Baking {
  /** Up to here an array is written as numbers that people can read. */
  private static final int READABLE = 64;

  /**
   * Strings that one method can pass on: each takes at most 8 bytes of code (dup, sipush, ldc_w,
   * aastore), and HotSpot compiles no method of more than 8,000.
   */
  static final int STRINGS_PER_METHOD = 900;

  @Override
  public CodeBlock array(List<MethodSpec> methods, String name, Numbers numbers) {
    methods.add(
        MethodSpec.methodBuilder(name)
            .addJavadoc("$L\n", numbers.shape())
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .returns(ArrayTypeName.of(TypeName.FLOAT))
            .addCode("return $L;\n", array(numbers))
            .build());
    return CodeBlock.of("$N()", name);
  }

  @Override
  public void parameters(MethodSpec.Builder method) {}

  @Override
  public CodeBlock arguments() {
    return CodeBlock.of("");
  }

  private static CodeBlock array(Numbers numbers) {
    if (numbers.size() <= READABLE) {
      return Literals.floats(numbers);
    }
    List<String> parts = Bits.encode(numbers);
    if (parts.size() > STRINGS_PER_METHOD) {
      throw new TooLargeToBake(
          String.format(
              Locale.ROOT,
              "has %,d constants in one layer, more than a class can hold; use bake = RESOURCE",
              numbers.size()));
    }
    CodeBlock.Builder call =
        CodeBlock.builder()
            .add(
                "$T.$L($>$>\n$L",
                RuntimeTypes.CONSTANTS,
                numbers.width().decoder(),
                numbers.size());
    for (String part : parts) {
      call.add(",\n$L", Bits.literal(part));
    }
    return call.add(")$<$<").build();
  }
}
