package dev.sinter.processor.weights;

import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What the directory of a ZIP file says of one entry.
 *
 * @param method {@link #STORED} or {@link #DEFLATED}
 * @param compressed its bytes in the file
 * @param size its bytes when inflated
 * @param header where its local header is, which its bytes follow
 * @param limit before which its bytes end
 */
record ZipEntry(
    String name, int method, long crc, long compressed, long size, long header, long limit) {
  static final int STORED = 0;
  static final int DEFLATED = 8;
  private static final long LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_SIZE = 30;

  /** Inflates it. */
  Bytes read(Bytes zip) throws MalformedContainer {
    String subject = "the entry '" + name + "'";
    int nameLength = zip.u16(header + 26);
    if (zip.u32(header) != LOCAL_HEADER
        || !zip.utf8(header + LOCAL_HEADER_SIZE, nameLength).equals(name)) {
      throw zip.malformed(header, subject + " is not where the directory says.");
    }
    long start = header + LOCAL_HEADER_SIZE + nameLength + zip.u16(header + 28);
    if (start > limit || compressed < 0 || compressed > limit - start) {
      throw zip.malformed(start, subject + " reaches into the directory.");
    }
    if (size > Integer.MAX_VALUE - 8) {
      throw zip.malformed(start, subject + " has " + size + " bytes; 2 GB is the most.");
    }
    byte[] content = new byte[(int) size];
    if (!fill(content, zip.array(), (int) start, (int) compressed)) {
      throw zip.malformed(
          start, subject + " does not give the " + size + " bytes that the directory says.");
    }
    CRC32 actual = new CRC32();
    actual.update(content);
    if (actual.getValue() != crc) {
      throw zip.malformed(start, subject + " is not what was stored: its checksum differs.");
    }
    return new Bytes(zip.file() + ", entry '" + name + "'", content);
  }

  /** Whether these bytes, inflated, are as many as the content has. */
  private boolean fill(byte[] content, byte[] array, int start, int length) {
    if (method == STORED) {
      boolean fits = length == content.length;
      System.arraycopy(array, start, content, 0, fits ? length : 0);
      return fits;
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(array, start, length);
      int filled = 0;
      int more = -1;
      while (filled < content.length && more != 0) {
        more = inflater.inflate(content, filled, content.length - filled);
        filled += more;
      }
      return filled == content.length
          && inflater.inflate(new byte[1]) == 0
          && inflater.finished()
          && inflater.getRemaining() == 0;
    } catch (DataFormatException e) {
      return false;
    } finally {
      inflater.end();
    }
  }
}
