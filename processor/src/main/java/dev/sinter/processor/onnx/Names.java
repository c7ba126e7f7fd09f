package dev.sinter.processor.onnx;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names for the layers of a model, from which those of the generated classes are made. */
final class Names {
  /** Longer ones make file names that some file systems refuse. */
  private static final int LONGEST = 80;

  private final Set<String> taken = new HashSet<>();

  /**
   * No names yet.
   *
   * @param taken what must not be used, in whatever case
   */
  Names(Collection<String> taken) {
    taken.forEach(name -> this.taken.add(name.toLowerCase(Locale.ROOT)));
  }

  /** {@code "layer1_0_conv1_Conv"} for {@code "/layer1/0/conv1/Conv"}; none is given twice. */
  String unique(String name, String type) {
    String plain = name.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_+|_+$", "");
    plain = plain.substring(0, Math.min(plain.length(), LONGEST));
    if (plain.isEmpty() || Character.isDigit(plain.charAt(0))) {
      plain = plain.isEmpty() ? type : type + "_" + plain;
    }
    String unique = plain;
    for (int i = 2; !taken.add(unique.toLowerCase(Locale.ROOT)); i++) {
      unique = plain + "_" + i;
    }
    return unique;
  }
}
