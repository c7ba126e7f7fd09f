package dev.sinter.processor.cli;

import java.util.Comparator;
import java.util.regex.Pattern;

/** Names in the order in which people count: {@code layer2} before {@code layer10}. */
final class Natural implements Comparator<String> {
  private static final Pattern BETWEEN =
      Pattern.compile("(?<=[^0-9])(?=[0-9])|(?<=[0-9])(?=[^0-9])");

  @Override
  public int compare(String a, String b) {
    String[] as = BETWEEN.split(a, -1);
    String[] bs = BETWEEN.split(b, -1);
    for (int i = 0; i < Math.min(as.length, bs.length); i++) {
      int order = part(as[i], bs[i]);
      if (order != 0) {
        return order;
      }
    }
    return as.length == bs.length ? a.compareTo(b) : Integer.compare(as.length, bs.length);
  }

  private static int part(String a, String b) {
    return isNumber(a) && isNumber(b)
        ? Long.compare(Long.parseLong(a), Long.parseLong(b))
        : a.compareTo(b);
  }

  /** Names may be hostile: of more digits nobody makes a number. */
  private static boolean isNumber(String part) {
    return part.matches("[0-9]{1,18}");
  }
}
