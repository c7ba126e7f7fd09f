package dev.sinter.processor.cli;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Rows of cells in columns. */
final class Table {
  private final String alignment;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * A table without rows.
   *
   * @param alignment a letter for each column: l for left, r for right
   */
  Table(String alignment) {
    this.alignment = alignment;
  }

  Table row(List<String> cells) {
    rows.add(List.copyOf(cells));
    return this;
  }

  Table row(String... cells) {
    return row(List.of(cells));
  }

  /** With two blanks before each column, and a line end behind each row. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        String blanks = " ".repeat(width(column) - cell.length());
        boolean left = alignment.charAt(column) == 'l';
        line.append("  ").append(left ? cell + blanks : blanks + cell);
      }
      text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
    return text.toString();
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> column < row.size())
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }

  /** {@code "11,689,512"}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Four digits, or all of an integer: {@code "-0.05128"}, {@code "3.1e-07"}, {@code "1200"}. */
  static String figure(double number) {
    double magnitude = Math.abs(number);
    if (magnitude < 1e7 && number == Math.rint(number)) {
      return Long.toString((long) number);
    }
    if (magnitude < 1e-4 || magnitude >= 1e7) {
      return String.format(Locale.ROOT, "%.2e", number);
    }
    return new BigDecimal(number).round(new MathContext(4)).stripTrailingZeros().toPlainString();
  }
}
