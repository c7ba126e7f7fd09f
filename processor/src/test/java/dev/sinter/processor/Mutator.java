package dev.sinter.processor;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Damages files: flips bits, writes numbers that are too large, cuts, repeats, and puts parts of
 * others in. What a checksum or a length would give away is mended in half of the cases, so that
 * readers get as far as what is damaged.
 */
final class Mutator {
  private static final long[] NUMBERS = {
    0,
    1,
    2,
    3,
    4,
    8,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFF_FFFF,
    0x8000_0000L,
    0xFFFF_FFFFL,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -2,
    0x4000_0000,
    0x1_0000_0000L,
    1L << 61
  };

  private final Random random;

  /** Whole files of one format. */
  private final List<byte[]> corpus;

  Mutator(Random random, List<byte[]> corpus) {
    this.random = random;
    this.corpus = corpus;
  }

  /** A damaged file. */
  byte[] next() {
    byte[] file = any();
    boolean zip = file.length > 4 && file[0] == 'P' && file[1] == 'K';
    if (zip && random.nextInt(4) > 0) {
      return inside(file);
    }
    byte[] damaged = damaged(file);
    if (damaged.length > 64 && damaged[1] == 'H' && damaged[2] == 'D' && random.nextInt(4) > 0) {
      ByteBuffer.wrap(damaged)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(damaged[8] < 2 ? 40 : 28, damaged.length);
    }
    return damaged;
  }

  private byte[] any() {
    return corpus.get(random.nextInt(corpus.size()));
  }

  /** Damages an entry of a ZIP file, all of whose numbers are right again. */
  private byte[] inside(byte[] file) {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(file))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), in.readAllBytes());
      }
    } catch (IOException unreadable) {
      return damaged(file);
    }
    String[] names = entries.keySet().toArray(String[]::new);
    if (names.length == 0) {
      return damaged(file);
    }
    // Of a checkpoint, the pickle matters most.
    String name = names[random.nextBoolean() ? 0 : random.nextInt(names.length)];
    entries.put(name, damaged(entries.get(name)));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> each : entries.entrySet()) {
        ZipEntry entry = new ZipEntry(each.getKey());
        if (random.nextBoolean()) {
          CRC32 crc = new CRC32();
          crc.update(each.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(each.getValue().length);
          entry.setCrc(crc.getValue());
        }
        out.putNextEntry(entry);
        out.write(each.getValue());
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private byte[] damaged(byte[] file) {
    byte[] bytes = file.clone();
    for (int n = random.nextInt(4); n >= 0; n--) {
      bytes = once(bytes);
    }
    return bytes;
  }

  private byte[] once(byte[] bytes) {
    if (bytes.length == 0) {
      return new byte[] {(byte) random.nextInt()};
    }
    int at = place(bytes.length);
    int length = 1 + random.nextInt(Math.min(bytes.length - at, 1 << random.nextInt(12)));
    switch (random.nextInt(10)) {
      case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[at] = (byte) random.nextInt();
      case 2, 3, 4 -> number(bytes, at);
      case 5 -> {
        return Arrays.copyOf(bytes, at);
      }
      case 6 -> {
        return joined(bytes, 0, at, bytes, at + length, bytes.length);
      }
      case 7 -> {
        return joined(bytes, 0, at + length, bytes, at, bytes.length);
      }
      case 8 -> {
        int to = random.nextInt(bytes.length - length + 1);
        System.arraycopy(bytes.clone(), at, bytes, to, length);
      }
      default -> {
        byte[] other = any();
        int from = random.nextInt(other.length);
        int end = from + random.nextInt(other.length - from + 1);
        return joined(bytes, 0, at, other, from, end);
      }
    }
    return bytes;
  }

  /** Often near the beginning or the end, where formats have what says what is where. */
  private int place(int length) {
    int near = random.nextInt(Math.min(length, 256));
    return switch (random.nextInt(4)) {
      case 0 -> near;
      case 1 -> length - 1 - near;
      default -> random.nextInt(length);
    };
  }

  /** An extreme number, or one near to what is there, in any size and order of bytes. */
  private void number(byte[] bytes, int at) {
    int width = Math.min(1 << random.nextInt(4), bytes.length - at);
    boolean big = random.nextInt(4) == 0;
    long there = 0;
    for (int i = 0; i < width; i++) {
      there |= (bytes[at + i] & 0xFFL) << 8 * (big ? width - 1 - i : i);
    }
    long value =
        switch (random.nextInt(4)) {
          case 0 -> there + random.nextInt(17) - 8;
          case 1 -> random.nextBoolean() ? there << 1 : there >>> 1;
          case 2 -> random.nextInt(bytes.length + 9);
          default -> NUMBERS[random.nextInt(NUMBERS.length)];
        };
    for (int i = 0; i < width; i++) {
      bytes[at + i] = (byte) (value >>> 8 * (big ? width - 1 - i : i));
    }
  }

  private static byte[] joined(
      byte[] head, int headFrom, int headTo, byte[] tail, int tailFrom, int tailTo) {
    byte[] joined =
        Arrays.copyOf(
            Arrays.copyOfRange(head, headFrom, headTo), headTo - headFrom + tailTo - tailFrom);
    System.arraycopy(tail, tailFrom, joined, headTo - headFrom, tailTo - tailFrom);
    return joined;
  }
}
