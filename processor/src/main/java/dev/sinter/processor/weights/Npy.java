package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Reads one array in NumPy's format, versions 1 to 3.
 *
 * @see <a href="https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html">The
 *     format</a>
 */
final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  private Npy() {}

  /** A header, its type of elements, and where what it describes begins. */
  private record Array(NpyHeader header, ElementType type, int data) {}

  /** How the array is stored. */
  static Container.Stored stored(Bytes bytes, String name) throws MalformedContainer {
    Array array = array(bytes, name);
    return array.type().stored(array.header().shape());
  }

  /**
   * The array, its last axis running fastest.
   *
   * @param bytes a whole {@code .npy} file
   * @param name what the tensor is called in complaints
   */
  static Tensor read(Bytes bytes, String name) throws MalformedContainer {
    Array array = array(bytes, name);
    NpyHeader header = array.header();
    ElementType type = array.type();
    String dtype = header.dtype();
    BigInteger needed = type.bytes(header.shape());
    int found = bytes.length() - array.data();
    if (!needed.equals(BigInteger.valueOf(found))) {
      throw bytes.malformed(
          array.data(),
          found
              + " bytes of data follow; '"
              + dtype
              + "' of shape "
              + header.shape()
              + " takes "
              + needed
              + ".");
    }
    ByteOrder order = dtype.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    Tensor stored = type.decode(name, header.shape(), bytes, array.data(), order);
    return header.fortranOrder() ? lastAxisFastest(stored) : stored;
  }

  private static Array array(Bytes bytes, String name) throws MalformedContainer {
    for (int i = 0; i < MAGIC.length; i++) {
      if (i == bytes.length() || bytes.array()[i] != MAGIC[i]) {
        throw bytes.malformed(i, "a .npy file begins with '\\x93NUMPY', this one does not.");
      }
    }
    int version = bytes.u8(6);
    if (version < 1 || version > 3) {
      throw bytes.malformed(6, "its version is " + version + "; Sinter reads 1, 2 and 3.");
    }
    int start = version == 1 ? 10 : 12;
    long length = version == 1 ? bytes.u16(8) : bytes.u32(8);
    if (length > bytes.length() - start) {
      throw bytes.malformed(
          8,
          "the header is said to have "
              + length
              + " bytes, but only "
              + (bytes.length() - start)
              + " follow. The file is cut short.");
    }
    int data = (int) (start + length);
    NpyHeader header = NpyHeader.read(bytes, start, (int) length);
    return new Array(header, type(bytes, name, header.dtype(), data), data);
  }

  private static ElementType type(Bytes bytes, String name, String dtype, int data)
      throws MalformedContainer {
    String code = dtype.replaceFirst("^[<>=|]", "");
    return ElementType.numpy(code)
        .filter(t -> !code.isEmpty())
        .filter(t -> t.size() == 1 || !dtype.startsWith("|"))
        .orElseThrow(() -> bytes.malformed(data, refusal(name, dtype, code)));
  }

  private static Tensor lastAxisFastest(Tensor stored) {
    Shape shape = stored.shape();
    return Tensor.computed(shape, index -> stored.get(firstAxisFastest(shape, index)));
  }

  /** Where an element would be if the first axis ran fastest. */
  private static int firstAxisFastest(Shape shape, int index) {
    int rest = index;
    int result = 0;
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      int extent = shape.extent(axis);
      result = result * extent + rest % extent;
      rest /= extent;
    }
    return result;
  }

  private static String refusal(String name, String dtype, String code) {
    String kind =
        switch (code.isEmpty() ? ' ' : code.charAt(0)) {
          case 'O' -> "Python objects, which only pickle can read, and pickle may run any code";
          case 'c' -> "complex numbers";
          case 'S', 'U', 'a' -> "text";
          case 'M', 'm' -> "dates or durations";
          case 'V' -> "raw bytes, as NumPy saves bfloat16";
          case 'f' -> "floats of a size that differs between machines";
          default -> "no type that Sinter knows";
        };
    return "the dtype of '"
        + name
        + "' is '"
        + dtype
        + "' ("
        + kind
        + "). Save it as real numbers: array.astype(numpy.float32).";
  }
}
