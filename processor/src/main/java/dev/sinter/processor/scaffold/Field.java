package dev.sinter.processor.scaffold;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A field as it is written.
 *
 * @param declaration its layer
 * @param name its name
 * @param reads the fields that it names, in an annotation that lists them; or the one that it reads
 *     and that does not stand before it; or none
 * @param prefix of its tensors, where that is not its name; else empty
 * @param output whether it is marked as an output
 */
record Field(
    Declaration declaration, String name, List<String> reads, String prefix, boolean output) {

  /** What stands in the annotation's parentheses, in the pieces between which a line may break. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>(declaration.attributes());
    boolean lists = reads.size() > 1;
    if (!prefix.isEmpty()) {
      arguments.add("weights = " + Literals.text(prefix));
    }
    if (reads.size() == 1) {
      arguments.add("from = " + Literals.text(reads.get(0)));
    }
    if (arguments.size() > 1 && !arguments.get(0).matches("[a-zA-Z]+ = .*")) {
      arguments.set(0, "value = " + arguments.get(0));
    }
    return lists ? list() : separated(arguments);
  }

  private List<String> list() {
    List<String> names = separated(reads.stream().map(Literals::text).toList());
    names.set(0, "{" + names.get(0));
    names.set(names.size() - 1, names.get(names.size() - 1) + "}");
    return names;
  }

  private static List<String> separated(List<String> items) {
    List<String> separated = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      separated.add(items.get(i) + (i < items.size() - 1 ? "," : ""));
    }
    return separated;
  }

  /** The annotations on one line. */
  String annotations() {
    return before() + String.join(" ", arguments()) + after();
  }

  /** The annotations on as many lines as they need. */
  List<String> wrapped(int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder(before());
    String space = "";
    for (String argument : arguments()) {
      if (line.length() + space.length() + argument.length() + 1 > width) {
        lines.add(line.toString());
        line = new StringBuilder("    ");
        space = "";
      }
      line.append(space).append(argument);
      space = " ";
    }
    lines.add(line + after());
    return lines;
  }

  private String before() {
    String annotation = (output ? "@Output " : "") + "@" + declaration.annotation();
    return arguments().isEmpty() ? annotation : annotation + "(";
  }

  private String after() {
    return arguments().isEmpty() ? "" : ")";
  }

  /** The classes that it needs. */
  Stream<String> imports() {
    Stream<String> own =
        Stream.concat(
            Stream.of("dev.sinter." + declaration.annotation()), declaration.imports().stream());
    return output ? Stream.concat(own, Stream.of("dev.sinter.Output")) : own;
  }
}
