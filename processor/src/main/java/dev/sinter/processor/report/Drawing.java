package dev.sinter.processor.report;

import static dev.sinter.processor.report.Markup.escaped;

import dev.sinter.processor.ir.Description;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A graph as SVG: a box for each value, which leads to what is said about it. */
final class Drawing {
  private static final int WIDTH = 226;
  private static final int HEIGHT = 50;
  private static final int ROW = 84;
  private static final int MARGIN = 12;
  private static final int NAME = 28; // letters that fit a box
  private static final int WORDS = 34;

  private final Graph graph;
  private final String prefix;
  private final Layered layout;
  private final List<int[]> edges = new ArrayList<>();

  /**
   * A drawing.
   *
   * @param prefix what the ids of its layers start with
   */
  Drawing(Graph graph, String prefix) {
    this.graph = graph;
    this.prefix = prefix;
    Map<Integer, Integer> numbers = new HashMap<>();
    for (Node node : graph.nodes()) {
      int number = numbers.size();
      numbers.put(node.id(), number);
      node.inputs().stream()
          .distinct()
          .forEach(input -> edges.add(new int[] {numbers.getOrDefault(input, 0), number}));
    }
    layout = Layered.of(numbers.size(), edges);
  }

  /** The picture, by itself. */
  Markup svg(String title) {
    double width = layout.span() + WIDTH + 2 * MARGIN;
    double height = layout.rows() * ROW - (ROW - HEIGHT) + 2 * MARGIN;
    Markup svg = new Markup();
    svg.add(
        "<svg class=\"graph\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" height=\"%.0f\""
            + " role=\"group\" aria-label=\"%s\" xmlns=\"http://www.w3.org/2000/svg\">\n",
        width, height, width, height, escaped(title));
    svg.add("<g class=\"edges\">\n");
    for (int edge = 0; edge < edges.size(); edge++) {
      svg.add("<path d=\"%s\"/>\n", path(layout.way(edge)));
    }
    svg.add("</g>\n");
    int number = 0;
    for (Node node : graph.nodes()) {
      svg.add(box(node, layout.box(number++)));
    }
    return svg.add("</svg>\n");
  }

  private Markup box(Node node, Layered.Point at) {
    double x = x(at) - WIDTH / 2.0;
    double y = y(at);
    String name = String.join(" + ", node.fields());
    String words = Description.of(node.op());
    return new Markup()
        .add(
            "<a href=\"#%s%d\" class=\"%s%s\"><title>%s: %s, %s</title>",
            prefix,
            node.id(),
            kind(node.op()),
            graph.isOutput(node) ? " output" : "",
            escaped(name),
            escaped(words),
            node.shape())
        .add(
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%d\" height=\"%d\" rx=\"6\"/>",
            x, y, WIDTH, HEIGHT)
        .add(line(x, y + 15, "name", shortName(node.fields())))
        .add(line(x, y + 29, "words", shortened(words, WORDS)))
        .add(line(x, y + 43, "shape", node.shape().toString()))
        .add("</a>\n");
  }

  private static Markup line(double x, double y, String kind, String words) {
    return new Markup()
        .add("<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">%s</text>", x + 8, y, kind, escaped(words));
  }

  /** {@code "…block0.conv1 + bn1"}: the last parts of a path tell most. */
  private static String shortName(List<String> fields) {
    String first = fields.get(0);
    String prefix = first.substring(0, first.lastIndexOf('.') + 1);
    StringBuilder name = new StringBuilder(first);
    for (String field : fields.subList(1, fields.size())) {
      boolean shared = field.startsWith(prefix);
      name.append(" + ").append(shared ? field.substring(prefix.length()) : field);
    }
    int over = name.length() - NAME;
    if (over <= 0) {
      return name.toString();
    }
    int dot = name.indexOf(".", Math.min(over, prefix.length() - 1));
    return dot < 0 || dot >= prefix.length()
        ? shortened(name.toString(), NAME)
        : shortened("…" + name.substring(dot + 1), NAME);
  }

  private static String shortened(String words, int letters) {
    return words.length() <= letters ? words : words.substring(0, letters - 1) + "…";
  }

  /** From box to box, down each row's height in a curve and straight past the boxes between. */
  private static String path(List<Layered.Point> way) {
    StringBuilder path = new StringBuilder();
    for (int i = 1; i < way.size(); i++) {
      Layered.Point from = way.get(i - 1);
      Layered.Point to = way.get(i);
      double top = y(from) + HEIGHT;
      double middle = (top + y(to)) / 2;
      if (i == 1) {
        path.append(String.format(Locale.ROOT, "M%.1f %.1f", x(from), top));
      } else {
        path.append(String.format(Locale.ROOT, "V%.1f", top));
      }
      path.append(
          String.format(
              Locale.ROOT,
              "C%.1f %.1f %.1f %.1f %.1f %.1f",
              x(from),
              middle,
              x(to),
              middle,
              x(to),
              y(to)));
    }
    return path.toString();
  }

  private static double x(Layered.Point point) {
    return MARGIN + WIDTH / 2.0 + point.x();
  }

  private static double y(Layered.Point point) {
    return MARGIN + point.row() * (double) ROW;
  }

  /** What a box is coloured by. */
  private static String kind(Op op) {
    if (op instanceof Op.Input) {
      return "input";
    }
    if (op instanceof Op.ChannelAffine) {
      return "norm";
    }
    if (op instanceof Op.Activate || op instanceof Op.Softmax) {
      return "function";
    }
    return op.parameters() > 0 ? "weights" : "other";
  }
}
