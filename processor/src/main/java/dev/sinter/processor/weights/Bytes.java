package dev.sinter.processor.weights;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a file or of an entry in one, read as little-endian numbers and strict UTF-8. To
 * read what is not there is a complaint, so readers need no checks of their own.
 */
final class Bytes {
  private final String file;
  private final byte[] array;
  private final ByteBuffer buffer;

  Bytes(String file, byte[] array) {
    this.file = file;
    this.array = array;
    this.buffer = ByteBuffer.wrap(array).order(ByteOrder.LITTLE_ENDIAN);
  }

  String file() {
    return file;
  }

  int length() {
    return array.length;
  }

  /** The bytes themselves, not a copy. */
  byte[] array() {
    return array;
  }

  int u8(long position) throws MalformedContainer {
    return buffer.get(require(position, 1)) & 0xFF;
  }

  int u16(long position) throws MalformedContainer {
    return buffer.getShort(require(position, 2)) & 0xFFFF;
  }

  long u32(long position) throws MalformedContainer {
    return buffer.getInt(require(position, 4)) & 0xFFFF_FFFFL;
  }

  long i64(long position) throws MalformedContainer {
    return buffer.getLong(require(position, 8));
  }

  /** An unsigned integer of 1, 2, 4 or 8 bytes; one of 8 must be less than 2⁶³ to stay itself. */
  long unsigned(long position, int width) throws MalformedContainer {
    return switch (width) {
      case 1 -> u8(position);
      case 2 -> u16(position);
      case 4 -> u32(position);
      default -> i64(position);
    };
  }

  /** The text in these bytes, which are UTF-8 or a complaint. */
  String utf8(long position, long length) throws MalformedContainer {
    int start = require(position, length);
    ByteBuffer text = ByteBuffer.wrap(array, start, (int) length);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(text).toString();
    } catch (CharacterCodingException e) {
      throw malformed(text.position(), "the text there is not UTF-8.");
    }
  }

  /** The position, if so many bytes are there. */
  private int require(long position, long length) throws MalformedContainer {
    if (position < 0 || length < 0 || position > array.length || length > array.length - position) {
      throw malformed(
          array.length,
          "the file ends there, but something is said to be at byte " + position + ".");
    }
    return (int) position;
  }

  MalformedContainer malformed(long position, String message) {
    return new MalformedContainer(file, position, message);
  }
}
