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
   * @param shared whether it only says where the message is
   */
  record Message(int type, long start, boolean shared) {}

  /** Bytes that are full of messages. */
  private record Block(long start, long end) {}

  /** Reads a header of either version. */
  static Hdf5Header read(Hdf5Structures structures, long at) throws MalformedContainer {
    Bytes bytes = structures.bytes();
    if (structures.has(at, "OHDR")) {
      int flags = bytes.u8(at + 5);
      long size = at + 6 + ((flags & 0x20) != 0 ? 16 : 0) + ((flags & 0x10) != 0 ? 4 : 0);
      int width = 1 << (flags & 3);
      Block first = block(bytes, size + width, bytes.unsigned(size, width));
      return new Hdf5Header(at, messages(structures, first, false, (flags & 4) != 0 ? 6 : 4));
    }
    if (bytes.u8(at) != 1) {
      throw bytes.malformed(at, "there must be the header of a group or dataset, and is none.");
    }
    Block first = block(bytes, at + 16, bytes.u32(at + 8));
    return new Hdf5Header(at, messages(structures, first, true, 8));
  }

  /**
   * All messages from a block on.
   *
   * @param old whether it is version 1
   * @param prefix bytes before what a message says
   */
  private static List<Message> messages(
      Hdf5Structures structures, Block first, boolean old, int prefix) throws MalformedContainer {
    Bytes bytes = structures.bytes();
    List<Message> messages = new ArrayList<>();
    Deque<Block> blocks = new ArrayDeque<>(List.of(first));
    while (!blocks.isEmpty()) {
      Block block = blocks.remove();
      // Blocks without any bytes must end, too.
      structures.spend(block.start(), prefix + block.end() - block.start());
      for (long at = block.start(); at + prefix <= block.end(); ) {
        int type = old ? bytes.u16(at) : bytes.u8(at);
        int size = bytes.u16(at + (old ? 2 : 1));
        int flags = bytes.u8(at + (old ? 4 : 3));
        Message message = new Message(type, at + prefix, (flags & SHARED) != 0);
        messages.add(message);
        if (type == CONTINUATION) {
          blocks.add(continuation(structures, message.start(), old));
        }
        at += prefix + size;
        if (at > block.end()) {
          throw bytes.malformed(message.start(), "this message is longer than what it is in.");
        }
      }
    }
    return messages;
  }

  private static Block continuation(Hdf5Structures structures, long at, boolean old)
      throws MalformedContainer {
    Bytes bytes = structures.bytes();
    Block block = block(bytes, bytes.i64(at), bytes.i64(at + 8));
    if (old) {
      return block;
    }
    structures.require(block.start(), "OCHK");
    // Its messages lie between its signature and a checksum.
    return new Block(block.start() + 4, Math.max(block.start() + 4, block.end() - 4));
  }

  private static Block block(Bytes bytes, long start, long size) throws MalformedContainer {
    if (start < 0 || size < 0 || start > bytes.length() || size > bytes.length() - start) {
      throw bytes.malformed(
          Math.max(0, Math.min(start, bytes.length())), "a header reaches beyond the file.");
    }
    return new Block(start, start + size);
  }

  boolean has(int type) {
    return messages.stream().anyMatch(message -> message.type() == type);
  }

  /** The message of this type, if there is one. */
  Optional<Message> find(int type, Bytes bytes) throws MalformedContainer {
    Optional<Message> found = messages.stream().filter(m -> m.type() == type).findFirst();
    if (found.isPresent() && found.get().shared()) {
      throw bytes.malformed(
          found.get().start(),
          "this object shares its description with others, which Sinter does not read.");
    }
    return found;
  }

  /** The message of this type, which must be there. */
  Message get(int type, String what, Bytes bytes) throws MalformedContainer {
    Optional<Message> found = find(type, bytes);
    if (found.isEmpty()) {
      throw bytes.malformed(at, "this dataset has no " + what + ".");
    }
    return found.get();
  }
}
