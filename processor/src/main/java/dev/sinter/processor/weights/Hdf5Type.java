package dev.sinter.processor.weights;

import java.nio.ByteOrder;
import java.util.Optional;

/** The type of a dataset's elements. */
record Hdf5Type(ElementType type, ByteOrder order) {
  private static final int INTEGER = 0;
  private static final int FLOAT = 1;

  /** Reads the message that says it. */
  static Hdf5Type read(String name, Hdf5Header.Message message, Bytes bytes)
      throws MalformedContainer {
    long at = message.start();
    int kind = bytes.u8(at) & 15;
    int flags = bytes.u8(at + 1);
    long size = bytes.u32(at + 4);
    Optional<ElementType> type =
        switch (kind) {
          case INTEGER -> integer(bytes, at, size, (flags & 8) != 0);
          case FLOAT -> (flags & 0x40) != 0 ? Optional.empty() : real(bytes, at, size);
          default -> Optional.empty();
        };
    if (type.isEmpty()) {
      throw bytes.malformed(
          at,
          "the elements of '"
              + name
              + "' are "
              + kind(kind)
              + " of "
              + size
              + " bytes. Save them as real numbers: array.astype(numpy.float32).");
    }
    boolean big = (flags & 1) != 0;
    return new Hdf5Type(type.get(), big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
  }

  private static Optional<ElementType> integer(Bytes bytes, long at, long size, boolean signed)
      throws MalformedContainer {
    boolean whole = bytes.u16(at + 8) == 0 && bytes.u16(at + 10) == 8 * size;
    return whole ? ElementType.numpy((signed ? "i" : "u") + size) : Optional.empty();
  }

  /** IEEE's formats, and bfloat16, by where they have exponent, fraction and sign. */
  private static Optional<ElementType> real(Bytes bytes, long at, long size)
      throws MalformedContainer {
    String format =
        String.join(
            " ",
            Long.toString(8 * size),
            Integer.toString(bytes.u16(at + 10)),
            Integer.toString(bytes.u8(at + 12)),
            Integer.toString(bytes.u8(at + 13)),
            Integer.toString(bytes.u8(at + 14)),
            Integer.toString(bytes.u8(at + 15)),
            Long.toString(bytes.u32(at + 16)),
            Integer.toString(bytes.u8(at + 2)));
    return switch (format) {
      case "16 16 10 5 0 10 15 15" -> Optional.of(ElementType.F16);
      case "16 16 7 8 0 7 127 15" -> Optional.of(ElementType.BF16);
      case "32 32 23 8 0 23 127 31" -> Optional.of(ElementType.F32);
      case "64 64 52 11 0 52 1023 63" -> Optional.of(ElementType.F64);
      default -> Optional.empty();
    };
  }

  private static String kind(int kind) {
    return switch (kind) {
      case INTEGER -> "integers";
      case FLOAT -> "floats";
      case 2 -> "times";
      case 3 -> "text";
      case 4 -> "bits";
      case 6 -> "records";
      case 8 -> "an enumeration, as truth values are,";
      case 9 -> "lists or text";
      default -> "of no type that Sinter knows,";
    };
  }
}
