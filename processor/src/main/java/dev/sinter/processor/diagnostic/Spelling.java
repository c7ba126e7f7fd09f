package dev.sinter.processor.diagnostic;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Guesses what a misspelt name was meant to be. */
public final class Spelling {
  private Spelling() {}

  /** {@code " Did you mean 'conv1'?"} for the nearest candidate, or nothing if none is near. */
  public static String hint(String name, Collection<String> candidates) {
    return nearest(name, candidates).map(Spelling::suggestion).orElse("");
  }

  /** The nearest candidate, if one is near: at most a third of the letters differ. */
  public static Optional<String> nearest(String name, Collection<String> candidates) {
    int most = Math.max(1, name.length() / 3);
    return candidates.stream()
        // Names come from files, where they may be of any length.
        .filter(c -> Math.abs(name.length() - c.length()) <= most)
        .filter(c -> distance(name, c) <= most)
        .min(Comparator.comparing((String c) -> distance(name, c)).thenComparing(c -> c));
  }

  /** {@code " Did you mean 'conv1'?"} */
  public static String suggestion(String name) {
    return " Did you mean '" + name + "'?";
  }

  /**
   * The letters to insert, delete, replace, or swap with their neighbour (optimal string
   * alignment), letter case aside.
   */
  private static int distance(String from, String to) {
    String a = from.toLowerCase(Locale.ROOT);
    String b = to.toLowerCase(Locale.ROOT);
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
