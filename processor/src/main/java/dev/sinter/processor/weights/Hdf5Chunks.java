package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.BitSet;

/** A dataset that is cut into chunks of one shape, each stored for itself. */
final class Hdf5Chunks {
  private final String name;
  private final Shape shape;
  private final int elementSize;
  private final Hdf5Filters filters;
  private final Bytes bytes;
  private final long[] chunk;
  private final long[] grid;

  Hdf5Chunks(String name, Shape shape, int elementSize, Hdf5Filters filters, Bytes bytes) {
    this.name = name;
    this.shape = shape;
    this.elementSize = elementSize;
    this.filters = filters;
    this.bytes = bytes;
    this.chunk = new long[shape.rank()];
    this.grid = new long[shape.rank()];
  }

  /**
   * The elements as they are stored, the last axis running fastest.
   *
   * @param at where the layout is described
   */
  Bytes read(long at) throws MalformedContainer {
    int rank = shape.rank();
    if (rank == 0
        || bytes.u8(at + 2) != rank + 1
        || bytes.u32(at + 11 + 4L * rank) != elementSize) {
      throw bytes.malformed(at, "the chunks of '" + name + "' are not of its rank or type.");
    }
    BigInteger cells = BigInteger.ONE;
    BigInteger chunkSize = BigInteger.valueOf(elementSize);
    for (int axis = 0; axis < rank; axis++) {
      chunk[axis] = Math.max(1, bytes.u32(at + 11 + 4L * axis));
      grid[axis] = (shape.extent(axis) + chunk[axis] - 1) / chunk[axis];
      cells = cells.multiply(BigInteger.valueOf(grid[axis]));
      chunkSize = chunkSize.multiply(BigInteger.valueOf(chunk[axis]));
    }
    // As for ZIP files: what inflates far beyond this is an attack, or nothing but zeros.
    long most = Math.min(100L * bytes.length() + 1_000_000, Integer.MAX_VALUE - 8);
    if (cells.multiply(chunkSize).compareTo(BigInteger.valueOf(most)) > 0) {
      throw bytes.malformed(
          at,
          "the chunks of '"
              + name
              + "' would inflate to more than "
              + most
              + " bytes, a hundred times the file. Save it uncompressed.");
    }
    byte[] elements = new byte[Math.toIntExact(shape.size() * elementSize)];
    int count = cells.intValueExact();
    if (count > 0) {
      fill(elements, bytes.i64(at + 3), count, chunkSize.intValueExact());
    }
    return new Bytes(bytes.file() + ", dataset '" + name + "'", elements);
  }

  private void fill(byte[] elements, long tree, int count, int chunkSize)
      throws MalformedContainer {
    BitSet seen = new BitSet(count);
    if (tree != Hdf5Structures.UNDEFINED) {
      Hdf5Structures structures = new Hdf5Structures(bytes);
      Hdf5Tree.walk(
          structures,
          tree,
          Hdf5Tree.CHUNKS,
          16 + 8 * shape.rank(),
          (key, child) -> {
            int cell = cell(key);
            if (seen.get(cell)) {
              throw bytes.malformed(key, "a chunk of '" + name + "' is there twice.");
            }
            seen.set(cell);
            structures.spend(child, bytes.u32(key));
            copy(content(key, child, chunkSize), origin(cell), elements);
          });
    }
    if (seen.cardinality() < count) {
      throw bytes.malformed(0, "a chunk of '" + name + "' was never written.");
    }
  }

  /** The number of a chunk in the grid of all, the last axis running fastest. */
  private int cell(long key) throws MalformedContainer {
    long cell = 0;
    for (int axis = 0; axis < grid.length; axis++) {
      long start = bytes.i64(key + 8 + 8L * axis);
      long index = start / chunk[axis];
      if (start < 0 || start % chunk[axis] != 0 || index >= grid[axis]) {
        throw bytes.malformed(key, "a chunk of '" + name + "' is not where one can be.");
      }
      cell = cell * grid[axis] + index;
    }
    return (int) cell;
  }

  private int[] origin(int cell) {
    int[] origin = new int[grid.length];
    long rest = cell;
    for (int axis = grid.length - 1; axis >= 0; axis--) {
      origin[axis] = (int) (rest % grid[axis] * chunk[axis]);
      rest /= grid[axis];
    }
    return origin;
  }

  private byte[] content(long key, long at, int chunkSize) throws MalformedContainer {
    long stored = bytes.u32(key);
    if (at < 0 || at > bytes.length() || stored > bytes.length() - at) {
      throw bytes.malformed(key, "a chunk of '" + name + "' reaches beyond the end of the file.");
    }
    byte[] raw = Arrays.copyOfRange(bytes.array(), (int) at, (int) (at + stored));
    byte[] content = filters.undo(raw, bytes.u32(key + 4), chunkSize);
    if (content.length != chunkSize) {
      throw bytes.malformed(
          at, "a chunk of '" + name + "' does not give the " + chunkSize + " bytes that it must.");
    }
    return content;
  }

  /** Copies the rows of a chunk that are inside the dataset. */
  private void copy(byte[] content, int[] origin, byte[] elements) {
    int last = grid.length - 1;
    int length = (int) Math.min(chunk[last], shape.extent(last) - origin[last]) * elementSize;
    int rows = (int) (content.length / (chunk[last] * elementSize));
    for (int row = 0; row < rows; row++) {
      long place = 0;
      long stride = shape.extent(last);
      long rest = row;
      boolean inside = true;
      for (int axis = last - 1; axis >= 0; axis--) {
        long index = origin[axis] + rest % chunk[axis];
        rest /= chunk[axis];
        inside &= index < shape.extent(axis);
        place += index * stride;
        stride *= shape.extent(axis);
      }
      if (inside) {
        int from = (int) (row * chunk[last] * elementSize);
        int to = (int) ((place + origin[last]) * elementSize);
        System.arraycopy(content, from, elements, to, length);
      }
    }
  }
}
