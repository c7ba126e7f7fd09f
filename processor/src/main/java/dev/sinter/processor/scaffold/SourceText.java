package dev.sinter.processor.scaffold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The class as people would write it: imports, a word on where it comes from, a line a field. */
final class SourceText {
  /** Classes that a generated one uses; one of its own with such a name would hide it. */
  static final Set<String> RESERVED =
      new TreeSet<>(
          Set.of(
              ("Activation Add AvgPool BatchNorm ChannelShuffle Clip Concat Conv ConvTranspose"
                      + " Flatten GlobalAvgPool GlobalMaxPool Identity Input Layer Linear MaxPool"
                      + " Multiply Network Output PRelu Pad Reshape Slice Softmax Split Upsample")
                  .split(" ", -1)));

  private static final int WIDTH = 100;

  /** Longer annotations do not push the names of the others to the right. */
  private static final int COLUMN = 44;

  private SourceText() {}

  static String of(Graph graph, List<Field> fields, Scaffold.Target target) {
    List<String> lines = new ArrayList<>();
    if (!target.packageName().isEmpty()) {
      lines.addAll(List.of("package " + target.packageName() + ";", ""));
    }
    Set<String> imports = fields.stream().flatMap(Field::imports).collect(Collectors.toSet());
    imports.addAll(List.of("dev.sinter.Layer", "dev.sinter.Network"));
    addImports(lines, imports.stream().filter(name -> name.startsWith("static ")));
    addImports(lines, imports.stream().filter(name -> !name.startsWith("static ")));
    String from = shapes(graph.inputs().stream().map(input -> input.shape()));
    String to = shapes(graph.outputs().stream().map(out -> graph.node(out.id()).shape()));
    lines.add("/**");
    lines.add(" * The network of " + comment(target.model()) + ": " + from + " to " + to + ".");
    lines.add(" */");
    lines.add(
        "@Network(input = %s, weights = %s)"
            .formatted(
                Literals.list(graph.inputs().get(0).shape().extents()),
                Literals.text(target.weights())));
    lines.add("final class " + target.className() + " {");
    addFields(lines, fields);
    lines.add("}");
    return String.join("\n", lines) + "\n";
  }

  private static void addImports(List<String> lines, Stream<String> names) {
    List<String> sorted = names.sorted().toList();
    sorted.forEach(name -> lines.add("import " + name + ";"));
    if (!sorted.isEmpty()) {
      lines.add("");
    }
  }

  private static String shapes(Stream<Shape> shapes) {
    return shapes.map(Shape::toString).collect(Collectors.joining(", "));
  }

  /** A file may be called as no comment may contain; \ would begin an escape. */
  private static String comment(String name) {
    return name.replaceAll("[^ -~]", "?").replace('\\', '/').replace("*/", "*?");
  }

  private static void addFields(List<String> lines, List<Field> fields) {
    int column =
        fields.stream()
            .mapToInt(field -> field.annotations().length())
            .filter(length -> length <= COLUMN)
            .max()
            .orElse(0);
    for (Field field : fields) {
      String annotations = field.annotations();
      String blanks = " ".repeat(Math.max(0, column - annotations.length()));
      String layer = "Layer " + field.name() + ";";
      String line = "  " + annotations + blanks + " " + layer + remark(field);
      if (line.length() <= WIDTH) {
        lines.add(line);
      } else {
        field.wrapped(WIDTH - 2).forEach(part -> lines.add("  " + part));
        lines.add("  " + layer);
      }
    }
  }

  /** Nobody would guess why a normalization adds nothing. */
  private static String remark(Field field) {
    boolean affine =
        field.declaration().annotation().equals("BatchNorm")
            && field.declaration().attributes().contains("eps = 0");
    return affine ? " // only a scale and a shift" : "";
  }
}
