package dev.sinter.processor.report;

import java.util.Locale;

/** Text that grows, of HTML and SVG. */
final class Markup {
  private final StringBuilder text = new StringBuilder();

  /** Adds markup; the arguments stand as they are. */
  Markup add(String format, Object... arguments) {
    text.append(String.format(Locale.ROOT, format, arguments));
    return this;
  }

  /** Adds other markup. */
  Markup add(Markup other) {
    text.append(other.text);
    return this;
  }

  /** What people wrote, as text or in quotes. */
  static String escaped(String words) {
    return words
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;")
        .replace("{{", "{&#123;"); // a part of the page
  }

  /** {@code "11,689,512"}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code "3.1e-08"}, and 0 as it is. */
  static String error(double error) {
    return error == 0 ? "0" : String.format(Locale.ROOT, "%.1e", error);
  }

  /** {@code "44.6 MiB"}. */
  static String bytes(long count) {
    return count < 1024 ? count + " B" : Summary.bytes(count);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
