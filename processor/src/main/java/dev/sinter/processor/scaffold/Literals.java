package dev.sinter.processor.scaffold;

import dev.sinter.processor.ir.Window;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Values as annotations write them. */
final class Literals {
  private Literals() {}

  /** {@code 3}, {@code {3, 5}}. */
  static String list(List<Integer> numbers) {
    return numbers.size() == 1
        ? numbers.get(0).toString()
        : numbers.stream().map(String::valueOf).collect(Collectors.joining(", ", "{", "}"));
  }

  private static String list(int... numbers) {
    return list(Arrays.stream(numbers).boxed().toList());
  }

  /** One number where both are the same, or where there are no rows. */
  static String pair(int height, int width, boolean oneRow) {
    return oneRow || height == width ? list(width) : list(height, width);
  }

  static String pair(Window.Pair pair, boolean oneRow) {
    return pair(pair.height(), pair.width(), oneRow);
  }

  /** As short as it can be: one number, two, or that of each side. */
  static String padding(Window.Padding p, boolean oneRow) {
    if (oneRow) {
      return p.left() == p.right() ? list(p.left()) : list(p.left(), p.right());
    }
    return p.top() == p.bottom() && p.left() == p.right()
        ? pair(p.top(), p.left(), false)
        : list(p.top(), p.left(), p.bottom(), p.right());
  }

  /** What rounds to this number as it is baked: of a float its shortest decimal. */
  static String rounded(double number) {
    float rounded = (float) number;
    if (Math.abs(number) == Float.MAX_VALUE) {
      return (number < 0 ? "-" : "") + "Float.MAX_VALUE";
    }
    return rounded == number ? plain(Float.toString(rounded)) : exact(number);
  }

  /** Just this number. */
  static String exact(double number) {
    return plain(Double.toString(number));
  }

  /** {@code 6} for {@code 6.0}, {@code 1e-4} for {@code 1.0E-4}. */
  private static String plain(String decimal) {
    return decimal.replaceFirst("\\.0(?=E|$)", "").replace('E', 'e');
  }

  /** In quotes, and in ASCII whatever the name is. */
  static String text(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        literal.append('\\').append(c);
      } else if (c < ' ' || c > '~') {
        literal.append(String.format("\\u%04x", (int) c));
      } else {
        literal.append(c);
      }
    }
    return literal.append('"').toString();
  }
}
