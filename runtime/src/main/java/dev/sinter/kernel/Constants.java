package dev.sinter.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Baked constants: {@link #floats} takes them out of strings of a class file, {@link #open} reads
 * them from a resource beside it. Both keep each float's 32 bits as they were.
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

  private FloatBuffer floats = FloatBuffer.allocate(0); // of a chunk that are left
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
    long expected = (32L * length + 6) / 7;
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
        if (held >= 32) {
          values[count++] = Float.intBitsToFloat((int) bits);
          bits >>>= 32;
          held -= 32;
        }
      }
    }
    if (seen > 127) {
      throw damaged(length, "characters up to 127", "larger ones");
    }
    if (bits != 0) {
      throw damaged(length, "only zeros after the last float", "a one");
    }
    return values;
  }

  private static IllegalStateException damaged(int length, String expected, String found) {
    return new IllegalStateException(
        "The constants of a generated class are damaged: for "
            + length
            + " floats expected "
            + expected
            + ", found "
            + found
            + ". Rebuild.");
  }

  /**
   * Starts to read a resource of little-endian floats.
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
    float[] values = new float[length];
    int done = 0;
    while (done < length) {
      if (!floats.hasRemaining() && !advance()) {
        throw unusable("only " + found + " bytes", null);
      }
      int count = Math.min(length - done, floats.remaining());
      floats.get(values, done, count);
      done += count;
    }
    return values;
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
      ByteBuffer bytes = ByteBuffer.wrap(chunk.bytes, 0, chunk.length);
      floats = bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
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
