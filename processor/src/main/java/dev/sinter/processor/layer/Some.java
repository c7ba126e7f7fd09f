package dev.sinter.processor.layer;

import java.util.Collection;
import java.util.stream.Collectors;

/** Lists that messages can bear. */
final class Some {
  private static final int SHOWN = 5;

  private Some() {}

  /** {@code "a, b, c, d, e and 7 more"}. */
  static String of(Collection<?> items) {
    String shown =
        items.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
    return items.size() <= SHOWN ? shown : shown + " and " + (items.size() - SHOWN) + " more";
  }
}
