package dev.sinter.processor.diagnostic;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Guesses what a misspelt name was meant to be. */
public final class Spelling {
  private Spelling() {}

  /**
   * {@code " Did you mean 'conv1'?"} for the nearest candidate, or nothing if none is near: at most
   * a third of the letters differ.
   */
  public static String hint(String name, Collection<String> candidates) {
    return candidates.stream()
        .filter(c -> distance(name, c) <= Math.max(1, name.length() / 3))
        .min(Comparator.comparing((String c) -> distance(name, c)).thenComparing(c -> c))
        .map(c -> " Did you mean '" + c + "'?")
        .orElse("");
  }

  /** Levenshtein's distance, letter case aside. */
  private static int distance(String from, String to) {
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
