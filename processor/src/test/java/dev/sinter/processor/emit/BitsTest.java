package dev.sinter.processor.emit;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import dev.sinter.kernel.Constants;
import dev.sinter.processor.Networks;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BitsTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1.5f,
    (float) Math.PI,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.intBitsToFloat(0x007fffff), // the largest subnormal
    Float.MIN_NORMAL,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN
  };

  /** However often it is repeated, no seven bits of it are 0: each character takes one byte. */
  private static final float NO_ZEROS = 0.1f;

  // ---- the way back ----

  @Test
  void specialValuesKeepTheirBits() {
    assertThat(bits(decoded(SPECIAL))).isEqualTo(bits(SPECIAL));
  }

  @Test
  void everyLengthKeepsItsBits() {
    Random random = new Random(1);
    for (int length = 0; length < 200; length++) {
      float[] values = random(random, length);
      assertWithMessage("%s floats", length).that(bits(decoded(values))).isEqualTo(bits(values));
    }
  }

  /** Checkpoints with such values are refused; here they must only not depend on the machine. */
  @Test
  void everyNaNIsTheCanonicalOne() {
    float[] payloads = {Float.intBitsToFloat(0x7fc12345), Float.intBitsToFloat(0xffffffff)};
    assertThat(rawBits(decoded(payloads))).isEqualTo(new int[] {0x7fc00000, 0x7fc00000});
  }

  @Test
  void doublesAreRoundedToTheNearestFloat() {
    Tensor tensor = Tensor.vector(1 + 0x1p-24, 1 + 0x1.8p-24, 1e-46, 1e39);
    assertThat(Constants.floats(4, Bits.encode(Numbers.of(tensor)).toArray(new String[0])))
        .isEqualTo(new float[] {1, 1 + 0x1p-23f, 0, Float.POSITIVE_INFINITY});
  }

  // ---- class files ----

  @Test
  void charactersAreSevenBits() {
    for (String part : Bits.encode(Numbers.of(tensor(random(new Random(2), 5_000))))) {
      assertThat(part.chars().max().getAsInt()).isAtMost(127);
    }
  }

  /**
   * 14,336 floats are 65,536 characters; of zeros, which take two bytes each, 7,168 are 32,768. A
   * class file holds 65,535 bytes in a string, and javac only strings of fewer characters.
   */
  @ParameterizedTest
  @ValueSource(floats = {NO_ZEROS, 0, 1})
  void everyPartFitsAClassFile(float value) {
    for (int length : new int[] {7_167, 7_168, 14_335, 14_336, 14_337, 28_670, 28_673, 50_000}) {
      float[] values = filled(length, value);
      List<String> parts = Bits.encode(Numbers.of(tensor(values)));
      for (String part : parts) {
        assertThat(modifiedUtf8(part)).isAtMost(65_535);
        assertThat(part.length()).isLessThan(65_535);
      }
      long bytes = parts.stream().mapToLong(BitsTest::modifiedUtf8).sum();
      assertWithMessage("parts of %s bytes", bytes)
          .that((long) parts.size())
          .isAtMost(bytes / 65_000 + 1);
      assertThat(bits(Constants.floats(length, parts.toArray(new String[0]))))
          .isEqualTo(bits(values));
    }
  }

  // ---- source ----

  /** All characters that there are, before each that could be taken for a part of an escape. */
  @Test
  void literalsMeanWhatTheyStandFor() throws Exception {
    StringBuilder text = new StringBuilder();
    for (char c = 0; c < 128; c++) {
      for (char next : "07 89\"\\u\n".toCharArray()) {
        text.append(c).append(next);
      }
    }
    assertThat(compiled(List.of(text.toString(), ""))).containsExactly(text.toString(), "");
  }

  @Test
  void literalsAreShort() {
    assertThat(Bits.literal("a\0b\0001\n\"\\\177")).isEqualTo("\"a\\0b\\0001\\12\\\"\\\\\\177\"");
  }

  /** Just as many characters as a part may have, none of them 0; of random floats; of zeros. */
  @Test
  void partsCompile() throws Exception {
    List<String> parts = new ArrayList<>();
    parts.addAll(Bits.encode(Numbers.of(tensor(filled(20_000, NO_ZEROS)))));
    parts.addAll(Bits.encode(Numbers.of(tensor(random(new Random(3), 20_000)))));
    parts.addAll(Bits.encode(Numbers.of(tensor(new float[20_000]))));
    assertThat(parts.size()).isAtLeast(2 + 2 + 3);
    assertThat(compiled(parts)).isEqualTo(parts);
  }

  /** The texts, after javac has read them as literals and a class file has held them. */
  private static List<String> compiled(List<String> texts) throws Exception {
    List<String> literals = texts.stream().map(Bits::literal).toList();
    String source =
        "public class X { public static String[] texts() { return new String[] {"
            + String.join(",\n", literals)
            + "}; } }";
    Compilation compilation =
        Compiler.javac().compile(JavaFileObjects.forSourceString("X", source));
    // Not the diagnostics, which repeat the source.
    assertThat(compilation.errors().stream().map(error -> error.getMessage(null))).isEmpty();
    Class<?> type = Networks.loader(compilation).loadClass("X");
    return Arrays.asList((String[]) type.getMethod("texts").invoke(null));
  }

  private static float[] decoded(float[] values) {
    return Constants.floats(
        values.length, Bits.encode(Numbers.of(tensor(values))).toArray(new String[0]));
  }

  private static Tensor tensor(float[] values) {
    return Tensor.of(Shape.of(values.length), values);
  }

  private static float[] random(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }

  private static int[] bits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToIntBits(values[i])).toArray();
  }

  private static int[] rawBits(float[] values) {
    return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
  }

  private static long modifiedUtf8(String text) {
    return text.chars().mapToLong(c -> c == 0 ? 2 : 1).sum();
  }
}
