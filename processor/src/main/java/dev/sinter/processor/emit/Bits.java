package dev.sinter.processor.emit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Numbers as string constants. Their little-endian bytes are a stream of bits, lowest first; each
 * character carries the next seven. A class file keeps such a character in one byte (two for the
 * character 0), so that a float costs 4.6 bytes, where an element of an array initializer costs 13
 * bytes of code. The runtime's {@code Constants} reads them back.
 */
final class Bits {
  /**
   * Bytes of a string: a class file holds 65,535, but javac refuses a literal of so many
   * characters. The character 0 takes two.
   */
  private static final int LONGEST = 65_534;

  private Bits() {}

  /** The numbers as strings that each fit a class file. */
  static List<String> encode(Numbers numbers) {
    int width = numbers.width().bits();
    long mask = (1L << width) - 1;
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int bytes = 0;
    long bits = 0;
    int available = 0;
    for (int i = 0; i < numbers.size() || available > 0; ) {
      if (available < 7 && i < numbers.size()) {
        bits |= (numbers.bits(i++) & mask) << available;
        available += width;
      }
      char next = (char) (bits & 0x7f);
      bits >>>= 7;
      available = Math.max(0, available - 7);
      int cost = next == 0 ? 2 : 1;
      if (bytes + cost > LONGEST) {
        parts.add(part.toString());
        part.setLength(0);
        bytes = 0;
      }
      part.append(next);
      bytes += cost;
    }
    parts.add(part.toString());
    return parts;
  }

  /** A string literal with the shortest escapes: octal, so that a digit behind one needs three. */
  static String literal(String text) {
    StringBuilder literal = new StringBuilder(text.length() * 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        literal.append('\\').append(c);
      } else if (c >= ' ' && c < 127) {
        literal.append(c);
      } else {
        boolean digit = i + 1 < text.length() && Character.isDigit(text.charAt(i + 1));
        literal.append('\\');
        literal.append(
            digit ? String.format(Locale.ROOT, "%03o", (int) c) : Integer.toOctalString(c));
      }
    }
    return literal.append('"').toString();
  }
}
