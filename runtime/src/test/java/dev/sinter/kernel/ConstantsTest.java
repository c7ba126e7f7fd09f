package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class ConstantsTest {
  private static final float[] SPECIAL = {
    0f,
    -0f,
    1f,
    -1.5f,
    Float.MIN_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.intBitsToFloat(0x7fc00000), // the usual NaN
    Float.intBitsToFloat(0xffffffff), // all bits set
    Float.intBitsToFloat(0x80808080)
  };

  // ---- strings ----

  @Test
  void floatsKeepEveryBit() {
    for (int length = 0; length <= SPECIAL.length; length++) {
      float[] values = Arrays.copyOf(SPECIAL, length);
      assertSameBits(Constants.floats(length, encode(values)), values);
    }
    float[] many = random(10_000);
    assertSameBits(Constants.floats(many.length, encode(many)), many);
  }

  @Test
  void floatsMayBeCutAnywhere() {
    String whole = encode(SPECIAL);
    for (int cut = 0; cut <= whole.length(); cut++) {
      String[] parts = {whole.substring(0, cut), "", whole.substring(cut)};
      assertSameBits(Constants.floats(SPECIAL.length, parts), SPECIAL);
    }
  }

  /**
   * 1.0f is 3f800000: bits 23 to 29, of which character 3 carries 23 to 27, character 4 the rest.
   */
  @Test
  void floatsByHand() {
    assertSameBits(Constants.floats(1, "\0\0\0\174\3"), new float[] {1});
  }

  @Test
  void floatsOfAnotherNumber() {
    String three = encode(new float[] {1, 2, 3}); // 96 bits: 14 characters
    assertRefused(2, "expected 10 characters, found 14", three);
    assertRefused(4, "expected 19 characters, found 14", three);
    assertRefused(3, "expected 14 characters, found 13", three.substring(1));
    assertRefused(3, "expected 14 characters, found 15", three, "\0");
    assertRefused(1, "expected 5 characters, found 0");
  }

  @Test
  void floatsWithStrayBits() {
    assertRefused(1, "expected characters up to 127", "\0\0\0\0\200");
    assertRefused(1, "expected only zeros after the last number", "\0\0\0\0\20");
  }

  // ---- strings of halves and bytes ----

  /** Bits 0 to 15 are 3c00, one, and 16 to 31 are 8001, the negative half nearest to 0. */
  @Test
  void halvesByHand() {
    assertSameBits(Constants.halves(2, "\0\170\4\0\10"), new float[] {1, -0x1p-24f});
  }

  /** −1 and 2: eight ones, then a one in the second place of eight. */
  @Test
  void bytesByHand() {
    assertSameBits(Constants.bytes(2, "\177\5\0"), new float[] {-1, 2});
  }

  /** Each of 65,536: as its definition says, by powers of two that are exact in double. */
  @Test
  void everyHalf() {
    float[] expected = new float[1 << 16];
    byte[] bytes = new byte[2 << 16];
    for (int bits = 0; bits < expected.length; bits++) {
      bytes[2 * bits] = (byte) bits;
      bytes[2 * bits + 1] = (byte) (bits >> 8);
      expected[bits] = half(bits);
    }
    assertHalves(Constants.halves(expected.length, encode(bytes)), expected);
    try (Constants constants = open(new Dribble(bytes), bytes)) {
      assertHalves(constants.nextHalves(expected.length), expected);
      constants.verify();
    }
  }

  @Test
  void everyByte() {
    float[] expected = new float[256];
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
      expected[i] = i < 128 ? i : i - 256;
    }
    assertSameBits(Constants.bytes(256, encode(bytes)), expected);
    try (Constants constants = open(new Dribble(bytes), bytes)) {
      assertSameBits(constants.nextBytes(256), expected);
      constants.verify();
    }
  }

  @Test
  void narrowNumbersMayBeCutAnywhere() {
    byte[] bytes = {0, 0x3c, 1, (byte) 0x80, 0, (byte) 0xc4, (byte) 0xff, 0x7b};
    String whole = encode(bytes);
    for (int cut = 0; cut <= whole.length(); cut++) {
      String[] parts = {whole.substring(0, cut), "", whole.substring(cut)};
      assertSameBits(Constants.halves(4, parts), new float[] {1, -0x1p-24f, -4, 65504});
      assertSameBits(Constants.bytes(8, parts), new float[] {0, 60, 1, -128, 0, -60, -1, 123});
    }
  }

  @Test
  void narrowNumbersOfAnotherNumber() {
    String eight = encode(new byte[8]); // 64 bits: 10 characters
    for (Executable decoding :
        new Executable[] {
          () -> Constants.halves(5, eight), () -> Constants.bytes(10, eight), // 80 bits
        }) {
      assertThat(assertThrows(IllegalStateException.class, decoding))
          .hasMessageThat()
          .contains("expected 12 characters, found 10");
    }
    assertThat(assertThrows(IllegalStateException.class, () -> Constants.bytes(1, "\0\20")))
        .hasMessageThat()
        .contains("expected only zeros after the last number");
  }

  /** The definition: (−1)ˢ·(1 + f/1024)·2^(e − 15), f·2⁻²⁴ if e is 0, and no number if e is 31. */
  private static float half(int bits) {
    int e = bits / 1024 % 32;
    int f = bits % 1024;
    double magnitude =
        e == 31
            ? f == 0 ? Double.POSITIVE_INFINITY : Double.NaN
            : e == 0 ? f * Math.pow(2, -24) : (1 + f / 1024.0) * Math.pow(2, e - 15);
    return (float) (bits < 0x8000 ? magnitude : -magnitude);
  }

  /** The same bits, but any NaN for a NaN. */
  private static void assertHalves(float[] found, float[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertWithMessage("half %s", i)
          .that(Float.floatToIntBits(found[i]))
          .isEqualTo(Float.floatToIntBits(expected[i]));
    }
  }

  private static int bits(float value) {
    return Float.floatToRawIntBits(value);
  }

  // ---- scales ----

  @Test
  void rowsAreScaled() {
    assertSameBits(
        Constants.scaled(new float[] {1, -2, 127, 0, 3, -127}, new float[] {0.5f, 0.1f}),
        new float[] {0.5f, -1, 63.5f, 0, 3 * 0.1f, -127 * 0.1f});
  }

  /** Two groups of two inputs and three outputs, kernels of two: 24 weights. */
  @Test
  void outputsOfATransposedConvolutionAreScaled() {
    float[] codes = new float[24];
    float[] expected = new float[24];
    float[] scales = {1, 2, 3, 4, 5, 6};
    for (int input = 0; input < 4; input++) {
      for (int output = 0; output < 3; output++) {
        for (int k = 0; k < 2; k++) {
          int at = (input * 3 + output) * 2 + k;
          codes[at] = at;
          expected[at] = at * scales[input / 2 * 3 + output];
        }
      }
    }
    assertSameBits(Constants.scaled(codes, scales, 2, 2), expected);
  }

  private static void assertRefused(int length, String text, String... parts) {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> Constants.floats(length, parts));
    assertThat(e).hasMessageThat().contains(text);
  }

  private static String encode(float[] values) {
    return encode(bytes(values));
  }

  /** The format word for word: one bit after the other. */
  private static String encode(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int k = 0; k * 7 < bytes.length * 8; k++) {
      int character = 0;
      for (int b = 7 * k; b < Math.min(7 * k + 7, bytes.length * 8); b++) {
        character |= (bytes[b / 8] >> (b % 8) & 1) << (b - 7 * k);
      }
      text.append((char) character);
    }
    return text.toString();
  }

  // ---- resource ----

  @Test
  void resourceKeepsEveryBit() {
    // The buffer is of 16384 floats; the last is so large that it is read ahead.
    for (float[] values :
        new float[][] {{}, SPECIAL, random(16_384), random(40_000), random(2_000_000)}) {
      byte[] bytes = bytes(values);
      int half = values.length / 2;
      try (Constants constants = open(new Dribble(bytes), bytes)) {
        assertSameBits(constants.next(half), Arrays.copyOf(values, half));
        assertThat(constants.next(0)).isEmpty();
        assertSameBits(
            constants.next(values.length - half), Arrays.copyOfRange(values, half, values.length));
        constants.verify();
      }
    }
  }

  /** Each array starts at a multiple of four bytes, whatever the length of that before it. */
  @Test
  void resourceOfAllWidths() {
    float[] floats = random(16_391);
    for (int count : new int[] {0, 1, 2, 3, 5, 40_001}) {
      int halves = (2 * count + 3) / 4 * 4;
      int whole = (count + 3) / 4 * 4;
      ByteBuffer buffer =
          ByteBuffer.allocate(halves + whole + 4 * floats.length).order(ByteOrder.LITTLE_ENDIAN);
      float[] expectedHalves = new float[count];
      float[] expectedBytes = new float[count];
      for (int i = 0; i < count; i++) {
        buffer.putShort(2 * i, (short) (i % 0x7c00));
        expectedHalves[i] = half(i % 0x7c00);
        buffer.put(halves + i, (byte) (i % 251 - 125));
        expectedBytes[i] = i % 251 - 125;
      }
      for (int i = 0; i < floats.length; i++) {
        buffer.putInt(halves + whole + 4 * i, bits(floats[i]));
      }
      byte[] bytes = buffer.array();
      try (Constants constants = open(new Dribble(bytes), bytes)) {
        assertSameBits(constants.nextHalves(count), expectedHalves);
        assertSameBits(constants.nextBytes(count), expectedBytes);
        assertSameBits(constants.next(floats.length), floats);
        constants.verify();
      }
    }
  }

  /** Three halves, two bytes that fill, five bytes, three that fill. */
  @Test
  void narrowTruncatedAnywhere() {
    byte[] bytes = {1, 2, 3, 4, 5, 6, 0, 0, 1, 2, 3, 4, 5, 0, 0, 0};
    for (int length = 0; length < bytes.length; length++) {
      byte[] found = Arrays.copyOf(bytes, length);
      IllegalStateException e =
          assertThrows(
              IllegalStateException.class,
              () -> {
                try (Constants constants = open(new Dribble(found), bytes)) {
                  constants.nextHalves(3);
                  constants.nextBytes(5);
                  constants.verify();
                }
              });
      assertThat(e)
          .hasMessageThat()
          .startsWith(
              "Resource a.bin is not what the generated class was compiled with: expected 16 bytes");
      assertThat(e).hasMessageThat().containsMatch("found (only )?" + length + " bytes");
      assertThat(e).hasMessageThat().contains("Rebuild");
    }
  }

  @Test
  void missing() {
    assertThat(assertThrows(IllegalStateException.class, () -> Constants.open(null, "a.bin", 8, 1)))
        .hasMessageThat()
        .isEqualTo(
            "Resource a.bin is not what the generated class was compiled with: expected 8 bytes with"
                + " CRC-32 00000001, found no such resource. Rebuild, and check that the packaging"
                + " step copies it unchanged.");
  }

  @Test
  void truncatedAnywhere() {
    byte[] bytes = bytes(SPECIAL);
    for (int length = 0; length < bytes.length; length++) {
      assertDamaged(Arrays.copyOf(bytes, length), bytes, "found only " + length + " bytes.");
    }
  }

  @Test
  void longer() {
    byte[] bytes = bytes(SPECIAL);
    assertDamaged(Arrays.copyOf(bytes, 45), bytes, "found 45 bytes");
    assertDamaged(Arrays.copyOf(bytes, 200_000), bytes, "found 200000 bytes");
  }

  @Test
  void anotherLengthWithTheRightChecksum() {
    byte[] bytes = bytes(SPECIAL);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    try (Constants constants =
        Constants.open(new Dribble(bytes), "a.bin", bytes.length + 4, crc.getValue())) {
      constants.next(SPECIAL.length);
      assertThat(assertThrows(IllegalStateException.class, constants::verify))
          .hasMessageThat()
          .contains("expected 48 bytes");
    }
  }

  @Test
  void readOnlyInPart() {
    byte[] bytes = bytes(SPECIAL);
    byte[] expected = Arrays.copyOf(bytes, 40);
    assertDamaged(bytes, expected, "expected 40 bytes");
  }

  @Test
  void anyBitFlipped() {
    byte[] bytes = bytes(SPECIAL);
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] flipped = bytes.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertDamaged(flipped, bytes, "found 44 bytes with CRC-32");
    }
  }

  @Test
  void inputError() {
    IOException cause = new IOException("disk on fire");
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw cause;
          }

          @Override
          public void close() throws IOException {
            throw cause;
          }
        };
    Constants constants = Constants.open(failing, "a.bin", 4, 0);
    IllegalStateException e = assertThrows(IllegalStateException.class, () -> constants.next(1));
    assertThat(e).hasMessageThat().contains("disk on fire after 0 bytes");
    assertThat(e).hasCauseThat().isSameInstanceAs(cause);
    assertThat(assertThrows(IllegalStateException.class, constants::close))
        .hasCauseThat()
        .isSameInstanceAs(cause);
  }

  /** What another thread reads. */
  @Test
  void largeAndDamaged() {
    byte[] bytes = bytes(random(2_000_000));
    assertDamaged(Arrays.copyOf(bytes, 23), bytes, "found only 23 bytes.");
    assertDamaged(Arrays.copyOf(bytes, 7_999_999), bytes, "found 7999999 bytes");
    assertDamaged(Arrays.copyOf(bytes, 9_000_000), bytes, "found 9000000 bytes");
    byte[] flipped = bytes.clone();
    flipped[7_000_000] ^= 1;
    assertDamaged(flipped, bytes, "found 8000000 bytes with CRC-32");
  }

  @Test
  void largeAndFailing() {
    for (Throwable cause : new Throwable[] {new IOException("worn"), new AssertionError("worn")}) {
      byte[] bytes = bytes(random(2_000_000));
      InputStream failing =
          new ByteArrayInputStream(bytes) {
            @Override
            public synchronized int read(byte[] target, int from, int count) {
              int length = super.read(target, from, Math.min(count, 5_000_000 - pos));
              if (length == 0) {
                ConstantsTest.<RuntimeException>raise(cause);
              }
              return length;
            }
          };
      try (Constants constants = open(failing, bytes)) {
        assertThat(constants.next(1_250_000)).hasLength(1_250_000);
        for (int k = 0; k < 2; k++) {
          assertThat(assertThrows(IllegalStateException.class, () -> constants.next(1)))
              .hasMessageThat()
              .contains("worn after 5000000 bytes");
        }
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void raise(Throwable thrown) throws T {
    throw (T) thrown;
  }

  /** Where a kernel refuses its constants, nobody reads on. */
  @Test
  void closedEarly() {
    byte[] bytes = bytes(random(2_000_000));
    ByteArrayInputStream stream = new ByteArrayInputStream(bytes);
    Thread.currentThread().interrupt(); // which disturbs nothing
    try (Constants constants = open(stream, bytes)) {
      assertThat(constants.next(1)).hasLength(1);
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(stream.available()).isAtLeast(4_000_000);
    Set<Thread> threads = Thread.getAllStackTraces().keySet();
    assertThat(threads.stream().anyMatch(t -> t.getName().startsWith("sinter-read"))).isFalse();
  }

  @Test
  void closesItsStream() {
    boolean[] closed = {false};
    InputStream stream =
        new ByteArrayInputStream(new byte[0]) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    Constants.open(stream, "a.bin", 0, 0).close();
    assertThat(closed[0]).isTrue();
  }

  /** Reads as generated code does, eleven floats, and wants one complaint that names everything. */
  private static void assertDamaged(byte[] found, byte[] expected, String text) {
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> {
              try (Constants constants = open(new Dribble(found), expected)) {
                constants.next(5);
                constants.next(6);
                constants.verify();
              }
            });
    assertThat(e).hasMessageThat().contains("Resource a.bin");
    assertThat(e).hasMessageThat().contains("expected " + expected.length + " bytes");
    assertThat(e).hasMessageThat().contains(text);
    assertThat(e).hasMessageThat().contains("Rebuild");
  }

  private static Constants open(InputStream stream, byte[] expected) {
    CRC32 crc = new CRC32();
    crc.update(expected);
    return Constants.open(stream, "a.bin", expected.length, crc.getValue());
  }

  /** Gives a thousand bytes at most at a time, as streams may. */
  private static final class Dribble extends ByteArrayInputStream {
    Dribble(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] target, int from, int count) {
      return super.read(target, from, Math.min(count, 1000));
    }
  }

  // ---- both ----

  private static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putInt(Float.floatToRawIntBits(value));
    }
    return buffer.array();
  }

  private static float[] random(int length) {
    Random random = new Random(5);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    return values;
  }

  private static void assertSameBits(float[] found, float[] expected) {
    assertWithMessage("length").that(found).hasLength(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertWithMessage("[%s]", i)
          .that(Float.floatToRawIntBits(found[i]))
          .isEqualTo(Float.floatToRawIntBits(expected[i]));
    }
  }
}
