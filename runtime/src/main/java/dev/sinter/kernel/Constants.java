package dev.sinter.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Baked constants: {@link #floats} takes them out of strings of a class file, {@link #open} reads
 * them from a resource beside it. Both keep each float's 32 bits as they were. Constants that are
 * kept as halves or as bytes are widened to floats on the way, and bytes are {@link #scaled}.
 *
 * <pre>{@code
 * try (Constants constants = Constants.open(stream, "SinteredDigits.bin", 104, 0x1234abcdL)) {
 *   float[] weights = constants.next(16);
 *   float[] bias = constants.next(10);
 *   constants.verify();
 * }
 * }</pre>
 */
public final class Constants implements AutoCloseable {
  private final ReadAhead stream;
  private final String resource;
  private final long bytes;
  private final long crc32;

  private ByteBuffer left = ByteBuffer.allocate(0); // of a chunk
  private long found;

  private Constants(InputStream stream, String resource, long bytes, long crc32) {
    this.stream = new ReadAhead(stream, resource, bytes);
    this.resource = resource;
    this.bytes = bytes;
    this.crc32 = crc32;
  }

  /**
   * Decodes floats from strings that use the characters 0 to 127 only, which a class file keeps in
   * about a byte each.
   *
   * <p>The parts in a row are one stream of bits: character k carries the bits 7k to 7k + 6, its
   * lowest bit first; float i has the bits 32i to 32i + 31, its lowest bit first. What is left of
   * the last character is 0.
   *
   * @param length the number of floats
   * @throws IllegalStateException if the parts do not hold exactly that
   */
  public static float[] floats(int length, String... parts) {
    return decoded(length, 32, parts);
  }

  /**
   * Decodes IEEE 754 binary16 numbers, of 16 bits each, from such strings.
   *
   * @param length the number of halves
   * @throws IllegalStateException if the parts do not hold exactly that
   */
  public static float[] halves(int length, String... parts) {
    return decoded(length, 16, parts);
  }

  /**
   * Decodes integers from −128 to 127, of 8 bits each, from such strings.
   *
   * @param length the number of integers
   * @throws IllegalStateException if the parts do not hold exactly that
   */
  public static float[] bytes(int length, String... parts) {
    return decoded(length, 8, parts);
  }

  private static float[] decoded(int length, int width, String[] parts) {
    long expected = ((long) width * length + 6) / 7;
    long characters = 0;
    for (String part : parts) {
      characters += part.length();
    }
    if (characters != expected) {
      throw damaged(length, expected + " characters", Long.toString(characters));
    }
    float[] values = new float[length];
    int count = 0;
    long bits = 0; // those read and not yet used, of which there are `held`
    int held = 0;
    int seen = 0; // all characters, or-ed
    for (String part : parts) {
      for (int k = 0; k < part.length(); k++) {
        char c = part.charAt(k);
        seen |= c;
        bits |= (long) c << held;
        held += 7;
        if (held >= width) {
          values[count++] = Narrow.widened((int) bits, width);
          bits >>>= width;
          held -= width;
        }
      }
    }
    if (seen > 127) {
      throw damaged(length, "characters up to 127", "larger ones");
    }
    if (bits != 0) {
      throw damaged(length, "only zeros after the last number", "a one");
    }
    return values;
  }

  /**
   * Multiplies each row of a matrix, in place, with its own scale.
   *
   * @param codes whole numbers of at most 8 bits, so that each product is rounded once
   * @param scales one for each row
   * @return codes
   */
  public static float[] scaled(float[] codes, float[] scales) {
    return scaled(codes, scales, 1, codes.length / scales.length);
  }

  /**
   * Multiplies the weights of a transposed convolution, [I, O/groups, kh, kw], in place, with the
   * scales of its outputs.
   *
   * @param codes whole numbers of at most 8 bits, so that each product is rounded once
   * @param scales one for each of the O outputs
   * @param kernel kh·kw
   * @return codes
   */
  public static float[] scaled(float[] codes, float[] scales, int groups, int kernel) {
    int outputs = scales.length / groups; // of a group
    int inputs = codes.length / (kernel * scales.length); // of a group
    int at = 0;
    for (int row = 0; row < groups * inputs; row++) {
      for (int output = 0; output < outputs; output++) {
        float scale = scales[row / inputs * outputs + output];
        for (int k = 0; k < kernel; k++) {
          codes[at++] *= scale;
        }
      }
    }
    return codes;
  }

  private static IllegalStateException damaged(int length, String expected, String found) {
    return new IllegalStateException(
        "The constants of a generated class are damaged: for "
            + length
            + " numbers expected "
            + expected
            + ", found "
            + found
            + ". Rebuild.");
  }

  /**
   * Starts to read a resource of little-endian numbers.
   *
   * @param stream the resource, or null if the class loader has none of that name
   * @param resource its name, for messages
   * @param bytes its length
   * @param crc32 the CRC-32 of all its bytes, as {@link CRC32#getValue} gives it
   * @throws IllegalStateException if the stream is null
   */
  public static Constants open(
      @Nullable InputStream stream, String resource, long bytes, long crc32) {
    if (stream == null) {
      throw unusable(resource, description(bytes, crc32), "no such resource", null);
    }
    return new Constants(stream, resource, bytes, crc32);
  }

  /**
   * Reads the next floats.
   *
   * @throws IllegalStateException if the resource ends too early or cannot be read
   */
  public float[] next(int length) {
    return next(length, 32);
  }

  /**
   * Reads the next IEEE 754 binary16 numbers, and what fills their bytes up to a multiple of four.
   *
   * @throws IllegalStateException if the resource ends too early or cannot be read
   */
  public float[] nextHalves(int length) {
    return next(length, 16);
  }

  /**
   * Reads the next integers from −128 to 127, a byte each, and what fills them up to a multiple of
   * four.
   *
   * @throws IllegalStateException if the resource ends too early or cannot be read
   */
  public float[] nextBytes(int length) {
    return next(length, 8);
  }

  /** Chunks, but for the last, are multiples of four bytes, so that no number lies across two. */
  private float[] next(int length, int width) {
    float[] values = new float[length];
    int size = width / 8;
    int done = 0;
    while (done < length) {
      if (left.remaining() < size && !advance()) {
        throw unusable("only " + found + " bytes", null);
      }
      int count = Math.min(length - done, left.remaining() / size);
      take(values, done, count, width);
      done += count;
    }
    move(left, Math.min(left.limit(), (left.position() + 3) & ~3));
    return values;
  }

  private void take(float[] values, int from, int count, int width) {
    int at = left.position();
    if (width == 32) {
      left.asFloatBuffer().get(values, from, count);
    } else if (width == 16) {
      for (int k = 0; k < count; k++) {
        values[from + k] = Narrow.widened(left.getShort(at + 2 * k), 16);
      }
    } else {
      for (int k = 0; k < count; k++) {
        values[from + k] = left.get(at + k);
      }
    }
    move(left, at + count * (width / 8));
  }

  /** As a Buffer: Android has no ByteBuffer.position(int) that gives a ByteBuffer before API 28. */
  private static void move(Buffer buffer, int position) {
    buffer.position(position);
  }

  /**
   * Checks, after the last {@link #next}, that the resource ends here and that all of it was as it
   * was written.
   *
   * @throws IllegalStateException if the length or the CRC-32 is another, or the resource cannot be
   *     read
   */
  public void verify() {
    while (advance()) {
      // counts what should not be there
    }
    if (found != bytes || stream.checksum() != crc32) {
      throw unusable(description(found, stream.checksum()), null);
    }
  }

  /**
   * Closes the stream.
   *
   * @throws IllegalStateException if the stream cannot be closed
   */
  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw unusable(e.toString(), e);
    }
  }

  /** Goes on to the next chunk: whether there is a byte of it. */
  private boolean advance() {
    try {
      ReadAhead.Chunk chunk = stream.next();
      left = ByteBuffer.wrap(chunk.bytes, 0, chunk.length).order(ByteOrder.LITTLE_ENDIAN);
      found += chunk.length;
      return chunk.length > 0;
    } catch (IOException e) {
      throw unusable(e + " after " + found + " bytes", e);
    }
  }

  private IllegalStateException unusable(String found, @Nullable Throwable cause) {
    return unusable(resource, description(bytes, crc32), found, cause);
  }

  private static IllegalStateException unusable(
      String resource, String expected, String found, @Nullable Throwable cause) {
    return new IllegalStateException(
        "Resource "
            + resource
            + " is not what the generated class was compiled with: expected "
            + expected
            + ", found "
            + found
            + ". Rebuild, and check that the packaging step copies it unchanged.",
        cause);
  }

  private static String description(long bytes, long crc32) {
    return bytes + " bytes with CRC-32 " + String.format("%08x", crc32);
  }
}
