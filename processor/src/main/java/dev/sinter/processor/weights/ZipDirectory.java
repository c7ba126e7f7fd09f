package dev.sinter.processor.weights;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The central directory of a ZIP file in memory, by which its specification demands that it be
 * read.
 *
 * <p>The JDK's ZipInputStream goes by the local headers instead, does not notice a missing or
 * garbled directory, and refuses stored entries whose size follows them (PyTorch writes such). The
 * JDK's ZipFile reads only files on disk.
 *
 * @see <a href="https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT">The specification</a>
 */
final class ZipDirectory {
  private static final long ENTRY = 0x02014b50;
  private static final long END = 0x06054b50;
  private static final long ZIP64_END = 0x06064b50;
  private static final long ZIP64_LOCATOR = 0x07064b50;
  private static final int ENTRY_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final int ZIP64_LOCATOR_SIZE = 20;

  /** Stands for a number that is in the ZIP64 extra field instead. */
  private static final long ELSEWHERE = 0xFFFF_FFFFL;

  private final Bytes bytes;
  private final long start;
  private final long end;

  private ZipDirectory(Bytes bytes, long start, long end) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
  }

  /** All entries in the order of the directory; their names differ. */
  static List<ZipEntry> read(Bytes bytes) throws MalformedContainer {
    long end = findEnd(bytes);
    long count = bytes.u16(end + 10);
    long size = bytes.u32(end + 12);
    long start = bytes.u32(end + 16);
    if (end >= ZIP64_LOCATOR_SIZE && bytes.u32(end - ZIP64_LOCATOR_SIZE) == ZIP64_LOCATOR) {
      end = bytes.i64(end - ZIP64_LOCATOR_SIZE + 8);
      if (bytes.u32(end) != ZIP64_END) {
        throw bytes.malformed(end, "there is no ZIP64 end record.");
      }
      count = bytes.i64(end + 32);
      size = bytes.i64(end + 40);
      start = bytes.i64(end + 48);
    }
    if (start < 0 || start > end || size != end - start) {
      throw bytes.malformed(
          end, "the directory of this ZIP file does not reach from where it begins to its end.");
    }
    return new ZipDirectory(bytes, start, end).entries(count);
  }

  /** The last record that, with the comment that it announces, ends where the file ends. */
  private static long findEnd(Bytes bytes) throws MalformedContainer {
    int last = bytes.length() - END_SIZE;
    for (int at = last; at >= Math.max(0, last - 0xFFFF); at--) {
      if (bytes.u32(at) == END && at + bytes.u16(at + 20) == last) {
        return at;
      }
    }
    throw bytes.malformed(
        bytes.length(),
        "there is no end record of a ZIP file. The file is cut short, has something appended, or is"
            + " no ZIP file.");
  }

  private List<ZipEntry> entries(long count) throws MalformedContainer {
    // Weights hardly compress. What inflates far beyond this is an attack, or nothing but zeros.
    long most = 100L * bytes.length() + 1_000_000;
    long total = 0;
    List<ZipEntry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    long at = start;
    while (at < end) {
      ZipEntry entry = entry(at);
      if (!names.add(entry.name())) {
        throw bytes.malformed(at, "the entry '" + entry.name() + "' is there twice.");
      }
      if (entry.size() < 0 || entry.size() > most - total) {
        throw bytes.malformed(
            at,
            "the entries would inflate to more than "
                + most
                + " bytes, a hundred times the file. Save them uncompressed, with numpy.savez.");
      }
      total += entry.size();
      entries.add(entry);
      at += ENTRY_SIZE + bytes.u16(at + 28) + bytes.u16(at + 30) + bytes.u16(at + 32);
    }
    if (at != end || entries.size() != count) {
      throw bytes.malformed(
          end,
          "the directory has " + entries.size() + " entries; the end record says " + count + ".");
    }
    return entries;
  }

  private ZipEntry entry(long at) throws MalformedContainer {
    if (bytes.u32(at) != ENTRY) {
      throw bytes.malformed(at, "there is no entry of the directory where one must be.");
    }
    int nameLength = bytes.u16(at + 28);
    String name = bytes.utf8(at + ENTRY_SIZE, nameLength);
    if ((bytes.u16(at + 8) & 1) != 0) {
      throw bytes.malformed(at + 8, "the entry '" + name + "' is encrypted.");
    }
    int method = bytes.u16(at + 10);
    if (method != ZipEntry.STORED && method != ZipEntry.DEFLATED) {
      throw bytes.malformed(
          at + 10,
          "the entry '"
              + name
              + "' is compressed by method "
              + method
              + "; Sinter reads 0 (stored) and 8 (deflated).");
    }
    Deque<Long> zip64 = zip64(at + ENTRY_SIZE + nameLength, bytes.u16(at + 30));
    long size = number(at + 24, zip64);
    long compressed = number(at + 20, zip64);
    long header = number(at + 42, zip64);
    return new ZipEntry(name, method, bytes.u32(at + 16), compressed, size, header, start);
  }

  /** The numbers in the ZIP64 extra field, if there is one. */
  private Deque<Long> zip64(long extra, int length) throws MalformedContainer {
    Deque<Long> numbers = new ArrayDeque<>();
    long at = extra;
    while (at + 4 <= extra + length) {
      long next = at + 4 + bytes.u16(at + 2);
      if (bytes.u16(at) == 1) {
        for (long number = at + 4; number + 8 <= Math.min(next, extra + length); number += 8) {
          numbers.add(bytes.i64(number));
        }
        break;
      }
      at = next;
    }
    return numbers;
  }

  private long number(long at, Deque<Long> zip64) throws MalformedContainer {
    long number = bytes.u32(at);
    if (number != ELSEWHERE) {
      return number;
    }
    Long elsewhere = zip64.poll();
    if (elsewhere == null) {
      throw bytes.malformed(at, "this number is in the ZIP64 extra field, which is not there.");
    }
    return elsewhere;
  }
}
