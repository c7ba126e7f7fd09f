package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.math.BigInteger;
import java.util.Optional;

/** The numbers of a dataset of an HDF5 file: in its header, in one piece, or in chunks. */
final class Hdf5Dataset {
  private static final int COMPACT = 0;
  private static final int CONTIGUOUS = 1;
  private static final int CHUNKED = 2;

  private final String name;
  private final Bytes bytes;
  private final Shape shape;
  private final Hdf5Type type;

  private Hdf5Dataset(String name, Bytes bytes, Shape shape, Hdf5Type type) {
    this.name = name;
    this.bytes = bytes;
    this.shape = shape;
    this.type = type;
  }

  /** How a dataset is stored. */
  static Container.Stored stored(String name, Hdf5Header header, Bytes bytes)
      throws MalformedContainer {
    return type(name, header, bytes).type().stored(shape(name, header, bytes));
  }

  private static Hdf5Type type(String name, Hdf5Header header, Bytes bytes)
      throws MalformedContainer {
    return Hdf5Type.read(name, header.get(Hdf5Header.TYPE, "type of elements", bytes), bytes);
  }

  private static Shape shape(String name, Hdf5Header header, Bytes bytes)
      throws MalformedContainer {
    return shape(name, header.get(Hdf5Header.SPACE, "shape", bytes), bytes);
  }

  /**
   * Reads a dataset.
   *
   * @param name what the tensor is called in complaints
   */
  static Tensor read(String name, Hdf5Header header, Bytes bytes) throws MalformedContainer {
    Shape shape = shape(name, header, bytes);
    Hdf5Dataset dataset = new Hdf5Dataset(name, bytes, shape, type(name, header, bytes));
    long layout = header.get(Hdf5Header.LAYOUT, "data", bytes).start();
    int version = bytes.u8(layout);
    int kind = bytes.u8(layout + 1);
    if (version == 3 || version == 4) {
      if (kind == COMPACT) {
        return dataset.piece(layout, layout + 4, bytes.u16(layout + 2));
      }
      if (kind == CONTIGUOUS) {
        return dataset.piece(layout, bytes.i64(layout + 2), bytes.i64(layout + 10));
      }
      if (kind == CHUNKED && version == 3) {
        return dataset.chunks(layout, header.find(Hdf5Header.FILTERS, bytes));
      }
    }
    throw bytes.malformed(
        layout,
        "'"
            + name
            + "' is stored in a way that Sinter does not read (version "
            + version
            + ", class "
            + kind
            + "). Copy the file into one that was opened without libver=\"latest\".");
  }

  private Tensor chunks(long layout, Optional<Hdf5Header.Message> filters)
      throws MalformedContainer {
    Hdf5Filters pipeline =
        filters.isPresent() ? Hdf5Filters.read(name, filters.get(), bytes) : Hdf5Filters.NONE;
    Bytes elements = new Hdf5Chunks(name, shape, type.type().size(), pipeline, bytes).read(layout);
    return type.type().decode(name, shape, elements, 0, type.order());
  }

  private Tensor piece(long layout, long start, long size) throws MalformedContainer {
    BigInteger needed = type.type().bytes(shape);
    if (!needed.equals(BigInteger.valueOf(size))) {
      throw bytes.malformed(
          layout,
          "'"
              + name
              + "' has "
              + size
              + " bytes; "
              + type.type()
              + " of shape "
              + shape
              + " takes "
              + needed
              + ".");
    }
    if (size > 0 && (start < 0 || start > bytes.length() || size > bytes.length() - start)) {
      throw bytes.malformed(
          layout,
          start == Hdf5Structures.UNDEFINED
              ? "'" + name + "' was never written."
              : "'" + name + "' reaches beyond the end of the file.");
    }
    return type.type().decode(name, shape, bytes, size == 0 ? 0 : (int) start, type.order());
  }

  private static Shape shape(String name, Hdf5Header.Message space, Bytes bytes)
      throws MalformedContainer {
    int version = bytes.u8(space.start());
    int rank = bytes.u8(space.start() + 1);
    boolean none = version == 2 && bytes.u8(space.start() + 3) == 2;
    if (version < 1 || version > 2 || none) {
      throw bytes.malformed(space.start(), "'" + name + "' has no shape.");
    }
    long at = space.start() + (version == 1 ? 8 : 4);
    Extents extents = new Extents();
    for (int axis = 0; axis < rank; axis++) {
      String extent = Long.toUnsignedString(bytes.i64(at + 8L * axis));
      if (!extents.add(extent)) {
        throw bytes.malformed(
            at + 8L * axis,
            "the shape of '" + name + "' cannot have the extent " + extent + "; " + Extents.RULE);
      }
    }
    return extents.shape();
  }
}
