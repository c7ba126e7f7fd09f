package dev.sinter.processor.weights;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The messages that describe one object of an HDF5 file: a group or a dataset.
 *
 * @param at where it is
 */
record Hdf5Header(long at, List<Message> messages) {
  static final int SPACE = 1;
  static final int LINKS = 2;
  static final int TYPE = 3;
  static final int LINK = 6;
  static final int LAYOUT = 8;
  static final int FILTERS = 11;
  static final int SYMBOL_TABLE = 17;
  private static final int CONTINUATION = 16;

  /** A flag: the message is elsewhere. */
  private static final int SHARED = 2;

  /**
   * A message.
   *
   * @param start of what it says
   * @param end after it
   */
  record Message(int type, long start, long end) {}

  /** Bytes that are full of messages. */
  private record Block(long start, long end) {}

  /** Reads a header of either version. */
  static Hdf5Header read(Hdf5Structures structures, long at) throws MalformedContainer {
    return structures.has(at, "OHDR")
        ? version2(structures, at)
        : version1(structures, at);
  }

  private static Hdf5Header version1(Hdf5Structures structures, long at)
      throws MalformedContainer {
    Bytes bytes = structures.bytes();
    if (bytes.u8(at) != 1) {
      throw bytes.malformed(at, "there must be the header of a group or dataset, and is none.");
    }
    Deque<Block> blocks = new ArrayDeque<>();
    List<Message> messages = new ArrayList<>();
    long start = at + 16;
    blocks.add(new Block(start, start + bytes.u32(at + 8)));
    while (!blocks.isEmpty()) {
      Block block = blocks.remove();
      structures.spend(at, 16 + block.end() - block.start());
      for (long next = block.start(); next + 8 <= block.end(); ) {
        Message message =
            message(bytes, bytes.u16(next), next + 8, bytes.u16(next + 2), bytes.u8(next + 4));
        next = add(messages, message, block, bytes);
        if (message.type() == CONTINUATION) {
          long more = bytes.i64(message.start());
          blocks.add(new Block(more, end(bytes, more, bytes.i64(message.start() + 8))));
        }
      }
    }
    return new Hdf5Header(at, messages);
  }

  private static Hdf5Header version2(Hdf5Structures structures, long at)
      throws MalformedContainer {
    Bytes bytes = structures.bytes();
    int flags = bytes.u8(at + 5);
    if (bytes.u8(at + 4) != 2) {
      throw bytes.malformed(at + 4, "the version of this header is not 2, as it must be.");
    }
    long size = at + 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
    int width = 1 << (flags & 3);
    int prefix = (flags & 4) != 0 ? 6 : 4;
    Deque<Block> blocks = new ArrayDeque<>();
    List<Message> messages = new ArrayList<>();
    long start = size + width;
    blocks.add(new Block(start, end(bytes, start, bytes.unsigned(size, width))));
    while (!blocks.isEmpty()) {
      Block block = blocks.remove();
      structures.spend(at, 16 + block.end() - block.start());
      for (long next = block.start(); next + prefix <= block.end(); ) {
        Message message =
            message(bytes, bytes.u8(next), next + prefix, bytes.u16(next + 1), bytes.u8(next + 3));
        next = add(messages, message, block, bytes);
        if (message.type() == CONTINUATION) {
          long more = bytes.i64(message.start());
          structures.require(more, "OCHK");
          // Its messages lie between its signature and a checksum.
          long end = end(bytes, more, bytes.i64(message.start() + 8));
          blocks.add(new Block(more + 4, Math.max(more + 4, end - 4)));
        }
      }
    }
    return new Hdf5Header(at, messages);
  }

  private static Message message(Bytes bytes, int type, long start, int size, int flags)
      throws MalformedContainer {
    boolean needed = type == SPACE || type == TYPE || type == FILTERS;
    if ((flags & SHARED) != 0 && needed) {
      throw bytes.malformed(
          start, "this object shares its description with others, which Sinter does not read.");
    }
    return new Message(type, start, start + size);
  }

  /** Adds a message; gives where the next one is. */
  private static long add(List<Message> messages, Message message, Block block, Bytes bytes)
      throws MalformedContainer {
    if (message.end() > block.end()) {
      throw bytes.malformed(message.start(), "this message is longer than what it is in.");
    }
    messages.add(message);
    return message.end();
  }

  private static long end(Bytes bytes, long start, long size) throws MalformedContainer {
    if (start < 0 || size < 0 || start > bytes.length() || size > bytes.length() - start) {
      throw bytes.malformed(
          Math.max(0, Math.min(start, bytes.length())), "a header reaches beyond the file.");
    }
    return start + size;
  }

  /** The only message of this type. */
  Optional<Message> find(int type) {
    return messages.stream().filter(message -> message.type() == type).findFirst();
  }

  /** The only message of this type, which must be there. */
  Message get(int type, String what, Bytes bytes) throws MalformedContainer {
    Optional<Message> found = find(type);
    if (found.isEmpty()) {
      throw bytes.malformed(at, "this dataset has no " + what + ".");
    }
    return found.get();
  }
}
