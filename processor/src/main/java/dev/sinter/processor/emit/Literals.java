package dev.sinter.processor.emit;

import com.palantir.javapoet.CodeBlock;

/** Numbers as Java source. */
final class Literals {
  private static final int PER_LINE = 6;

  private Literals() {}

  /** A float: {@code 0.25f}, or the constant's name for the values that have no literal. */
  static CodeBlock number(double value) {
    float rounded = (float) value;
    if (Float.isNaN(rounded)) {
      return CodeBlock.of("$T.NaN", Float.class);
    }
    if (Float.isInfinite(rounded)) {
      return CodeBlock.of(
          rounded > 0 ? "$T.POSITIVE_INFINITY" : "$T.NEGATIVE_INFINITY", Float.class);
    }
    return CodeBlock.of("$Lf", rounded);
  }

  /** {@code new float[] {…}}, some numbers a line. */
  static CodeBlock floats(Numbers numbers) {
    CodeBlock.Builder array = CodeBlock.builder().add("new float[] {$>$>");
    for (int i = 0; i < numbers.size(); i++) {
      array.add(i == 0 ? "\n" : i % PER_LINE == 0 ? ",\n" : ", ").add(number(numbers.get(i)));
    }
    return array.add("$<$<\n}").build();
  }
}
