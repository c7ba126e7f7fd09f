package dev.sinter.processor.scaffold;

import dev.sinter.processor.onnx.Origin;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Names for fields: Java identifiers, each given once, whatever the case of its letters. */
final class FieldNames {
  private static final Set<String> KEYWORDS =
      Set.of(
          ("_ abstract assert boolean break byte case catch char class const continue default do"
                  + " double else enum extends false final finally float for goto if implements"
                  + " import instanceof int interface long native new null package private"
                  + " protected public return short static strictfp super switch synchronized this"
                  + " throw throws transient true try void volatile while")
              .split(" ", -1));

  /** What is an identifier, but not that of a class. */
  static final Set<String> NO_TYPES = Set.of("permits", "record", "sealed", "var", "yield");

  private final Set<String> taken = new HashSet<>();

  /**
   * No names yet.
   *
   * @param reserved what no field may be called
   */
  FieldNames(Collection<String> reserved) {
    reserved.forEach(name -> taken.add(name.toLowerCase(Locale.ROOT)));
  }

  /** Whether it can name a field or a package. */
  static boolean isIdentifier(String name) {
    return !KEYWORDS.contains(name)
        && !name.isEmpty()
        && Character.isJavaIdentifierStart(name.codePointAt(0))
        && name.codePoints().allMatch(Character::isJavaIdentifierPart);
  }

  /**
   * The name of a field.
   *
   * @param path what it is made from: {@code "layer1.0.conv1"} becomes {@code layer1_0_conv1}
   * @param kind the annotation, for what has no letters to begin with, and for the second layer
   *     that a module's name would name: {@code layer1_0_add}
   */
  String of(String path, String kind) {
    String plain = path.replaceAll("[^A-Za-z0-9]+", "_").replaceAll("^_+|_+$", "");
    if (plain.isEmpty() || Character.isDigit(plain.charAt(0))) {
      plain = kind + plain;
    }
    plain =
        plain.equals(plain.toUpperCase(Locale.ROOT))
            ? plain.toLowerCase(Locale.ROOT)
            : plain.substring(0, 1).toLowerCase(Locale.ROOT) + plain.substring(1);
    String name = KEYWORDS.contains(plain) ? plain + "_" : plain;
    String other = plain.endsWith(kind) ? plain : plain + "_" + kind;
    for (int i = 1; !taken.add(name.toLowerCase(Locale.ROOT)); i++) {
      name = i == 1 ? other : other + "_" + i;
    }
    return name;
  }

  /**
   * What a node's path says of a layer: {@code "layer1.0.relu"} of {@code
   * "/layer1/layer1.0/relu/Relu"}, where PyTorch's exporter has the name of each module within the
   * one around it, and the operator.
   */
  static String path(Origin origin) {
    List<String> parts = new ArrayList<>(List.of(origin.label().split("/", -1)));
    parts.removeIf(String::isEmpty);
    int last = parts.size() - 1;
    if (last > 0 && parts.get(last).equals(origin.type())) {
      parts.remove(last);
    }
    for (int i = parts.size() - 2; i >= 0; i--) {
      if (parts.get(i + 1).startsWith(parts.get(i) + ".")) {
        parts.remove(i);
      }
    }
    return String.join(".", parts);
  }
}
