package dev.sinter.processor.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What was done to a chunk of an HDF5 file before it was written, and is undone.
 *
 * @param filters in the order in which they were applied
 */
record Hdf5Filters(List<Filter> filters) {
  static final Hdf5Filters NONE = new Hdf5Filters(List.of());
  private static final int DEFLATE = 1;
  private static final int SHUFFLE = 2;

  /**
   * A filter.
   *
   * @param width for a shuffle, the size of an element
   */
  record Filter(int id, long width) {}

  /** Reads the message that names them. */
  static Hdf5Filters read(String name, Hdf5Header.Message message, Bytes bytes)
      throws MalformedContainer {
    boolean old = bytes.u8(message.start()) == 1;
    int count = bytes.u8(message.start() + 1);
    long at = message.start() + (old ? 8 : 2);
    List<Filter> filters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = bytes.u16(at);
      if (id != DEFLATE && id != SHUFFLE) {
        throw bytes.malformed(
            at,
            "'" + name + "' is compressed by " + filter(id) + "; Sinter reads gzip and shuffle.");
      }
      boolean named = old || id >= 256;
      int nameLength = named ? bytes.u16(at + 2) : 0;
      long flags = at + (named ? 4 : 2);
      int values = bytes.u16(flags + 2);
      long data = flags + 4 + (old ? (nameLength + 7) / 8 * 8 : nameLength);
      filters.add(new Filter(id, values > 0 ? bytes.u32(data) : 1));
      at = data + 4L * (old ? values + values % 2 : values);
    }
    return new Hdf5Filters(filters);
  }

  private static String filter(int id) {
    return switch (id) {
      case 3 -> "Fletcher's checksum (filter 3)";
      case 4 -> "szip (filter 4)";
      case 5 -> "nbit (filter 5)";
      case 6 -> "scaleoffset (filter 6)";
      case 32000 -> "lzf (filter 32000)";
      case 32001 -> "blosc (filter 32001)";
      default -> "filter " + id;
    };
  }

  /**
   * Undoes them.
   *
   * @param skipped a bit for each filter that this chunk went without
   * @param size bytes of the result, or fewer
   * @return the result, empty if it is no such
   */
  byte[] undo(byte[] stored, long skipped, int size) {
    byte[] data = stored;
    for (int i = filters.size() - 1; i >= 0; i--) {
      if ((skipped >> i & 1) == 0) {
        Filter filter = filters.get(i);
        data = filter.id() == DEFLATE ? inflated(data, size) : unshuffled(data, filter.width());
      }
    }
    return data;
  }

  private static byte[] inflated(byte[] data, int size) {
    byte[] content = new byte[size];
    Inflater inflater = new Inflater();
    try {
      inflater.setInput(data);
      int filled = 0;
      int more = -1;
      while (filled < size && more != 0) {
        more = inflater.inflate(content, filled, size - filled);
        filled += more;
      }
      boolean whole = filled == size && inflater.inflate(new byte[1]) == 0 && inflater.finished();
      return whole ? content : new byte[0];
    } catch (DataFormatException e) {
      return new byte[0];
    } finally {
      inflater.end();
    }
  }

  /**
   * First all first bytes of elements were stored, then all second ones; what is left over last.
   */
  private static byte[] unshuffled(byte[] data, long width) {
    if (width <= 1 || width > data.length) {
      return data;
    }
    int count = (int) (data.length / width);
    byte[] result = data.clone();
    for (int place = 0; place < width; place++) {
      for (int i = 0; i < count; i++) {
        result[(int) (i * width + place)] = data[place * count + i];
      }
    }
    return result;
  }
}
