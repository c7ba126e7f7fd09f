package dev.sinter.processor.weights;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a group of an HDF5 file contains. */
final class Hdf5Group {
  private static final int ENTRY = 40;
  private static final int SOFT_LINK = 2;

  private final Hdf5Structures structures;
  private final Bytes bytes;
  private final List<Member> members = new ArrayList<>();

  /**
   * A group or dataset in it.
   *
   * @param header where its header is
   */
  record Member(String name, long header) {}

  private Hdf5Group(Hdf5Structures structures) {
    this.structures = structures;
    this.bytes = structures.bytes();
  }

  /** What a group contains, in either of the two ways to say it. */
  static List<Member> members(Hdf5Structures structures, Hdf5Header header)
      throws MalformedContainer {
    Hdf5Group group = new Hdf5Group(structures);
    Optional<Hdf5Header.Message> table = header.find(Hdf5Header.SYMBOL_TABLE, group.bytes);
    if (table.isPresent()) {
      group.symbols(table.get());
      return group.members;
    }
    for (Hdf5Header.Message message : header.messages()) {
      if (message.type() == Hdf5Header.LINKS) {
        group.requireCompact(message);
      } else if (message.type() == Hdf5Header.LINK) {
        group.link(message);
      }
    }
    return group.members;
  }

  /** Names are in a heap; a tree of tables has their places there. */
  private void symbols(Hdf5Header.Message table) throws MalformedContainer {
    long heap = bytes.i64(table.start() + 8);
    structures.require(heap, "HEAP");
    long size = bytes.i64(heap + 8);
    long data = bytes.i64(heap + 24);
    Hdf5Tree.walk(
        structures,
        bytes.i64(table.start()),
        Hdf5Tree.GROUP,
        8,
        (key, child) -> {
          structures.require(child, "SNOD");
          int count = bytes.u16(child + 6);
          structures.spend(child, 8 + (long) ENTRY * count);
          for (int i = 0; i < count; i++) {
            long entry = child + 8 + (long) ENTRY * i;
            if (bytes.u32(entry + 16) != SOFT_LINK) {
              String name = name(data, size, bytes.i64(entry));
              members.add(new Member(name, bytes.i64(entry + 8)));
            }
          }
        });
  }

  /** The name in a heap that ends with a zero. */
  private String name(long data, long size, long offset) throws MalformedContainer {
    if (offset < 0 || offset > size) {
      throw bytes.malformed(Math.max(0, data), "a name is not in this heap.");
    }
    long start = data + offset;
    long end = start;
    while (bytes.u8(end) != 0) {
      end++;
    }
    structures.spend(start, end - start);
    return bytes.utf8(start, end - start);
  }

  private void requireCompact(Hdf5Header.Message links) throws MalformedContainer {
    boolean counted = (bytes.u8(links.start() + 1) & 1) != 0;
    if (bytes.i64(links.start() + (counted ? 10 : 2)) != Hdf5Structures.UNDEFINED) {
      throw bytes.malformed(
          links.start(),
          "a group has an index of its names, which Sinter does not read. Copy the file into one"
              + " that was opened without libver=\"latest\" and track_order.");
    }
  }

  private void link(Hdf5Header.Message link) throws MalformedContainer {
    int flags = bytes.u8(link.start() + 1);
    long at = link.start() + 2;
    int type = (flags & 8) != 0 ? bytes.u8(at++) : 0;
    at += ((flags & 4) != 0 ? 8 : 0) + ((flags & 16) != 0 ? 1 : 0);
    int width = 1 << (flags & 3);
    long length = bytes.unsigned(at, width);
    at += width;
    if (type == 0) {
      structures.spend(at, length);
      members.add(new Member(bytes.utf8(at, length), bytes.i64(at + length)));
    }
  }
}
