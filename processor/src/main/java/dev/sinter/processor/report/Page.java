package dev.sinter.processor.report;

import static dev.sinter.processor.report.Markup.bytes;
import static dev.sinter.processor.report.Markup.count;
import static dev.sinter.processor.report.Markup.error;
import static dev.sinter.processor.report.Markup.escaped;

import dev.sinter.processor.fold.Rewrite;
import dev.sinter.processor.fold.Standing;
import dev.sinter.processor.ir.Description;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.plan.Step;
import dev.sinter.processor.verify.Certificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The report as one page of HTML that needs nothing else: {@code page.html} with its parts filled
 * in. Everything on it is there without its script, which only moves the drawings and shows a layer
 * beside them.
 */
final class Page {
  /** What the ids of the layers start with, as declared and as compiled. */
  private static final String DECLARED = "declared-";

  private static final String COMPILED = "compiled-";

  private final Report report;
  private final Folding folding;

  Page(Report report) {
    this.report = report;
    this.folding = report.folding();
  }

  @Override
  public String toString() {
    String page = resource("page.html");
    for (String[] part :
        new String[][] {
          {"STYLE", resource("page.css")},
          {"SCRIPT", resource("page.js")},
          {"NAME", escaped(report.name())},
          {"NETWORK", escaped(report.network())},
          {"FIGURES", figures().toString()},
          {"DECLARED", drawing(folding.unfolded(), DECLARED, "declared").toString()},
          {"COMPILED", drawing(folding.folded(), COMPILED, "compiled").toString()},
          {"FOLDS", folds().toString()},
          {"STANDING", standing().toString()},
          {"STORAGE_LINK", folding.quantization().map(StorageSection::link).orElse("")},
          {"STORAGE", folding.quantization().map(StorageSection::of).orElse("")},
          {"STEPS", steps().toString()},
          {"MEMORY", new Timeline(report).markup().toString()},
          {"LAYERS_COMPILED", layers(folding.folded(), COMPILED).toString()},
          {"LAYERS_DECLARED", layers(folding.unfolded(), DECLARED).toString()},
        }) {
      page = page.replace("{{" + part[0] + "}}", part[1]);
    }
    return page;
  }

  private static String resource(String name) {
    try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  // ---- figures ----

  private Markup figures() {
    Graph declared = folding.unfolded();
    Graph compiled = folding.folded();
    Markup rows = new Markup();
    rows.add(figure("Operators", count(declared.nodes().size()), count(compiled.nodes().size())));
    rows.add(figure("Parameters", count(declared.parameters()), count(compiled.parameters())));
    rows.add(figure("Multiplications (MACs)", count(declared.macs()), count(compiled.macs())));
    rows.add(figure("Constants", bytes(declared.bytes()), bytes(compiled.bytes())));
    String place =
        report.resourceBytes() == 0
            ? "in the classes"
            : "in one resource of " + bytes(report.resourceBytes());
    rows.add(figure("Constants stand", "", place));
    rows.add(
        figure(
            "Working memory",
            "",
            bytes((long) report.plan().arena() * Float.BYTES)
                + "; alive at once "
                + bytes(report.plan().lowerBound() * Float.BYTES)));
    return rows;
  }

  private static Markup figure(String name, String before, String after) {
    return new Markup()
        .add("<tr><th scope=\"row\">%s</th><td>%s</td><td>%s</td></tr>\n", name, before, after);
  }

  private static Markup drawing(Graph graph, String prefix, String kind) {
    return new Drawing(graph, prefix).svg("The network as " + kind);
  }

  // ---- folds ----

  private Markup folds() {
    if (folding.folds().isEmpty()) {
      return new Markup().add("<p>Nothing was folded.</p>\n");
    }
    Markup table = new Markup();
    table.add("<p>%s.</p>\n", escaped(sentence(folding.summary())));
    table.add(
        "<div class=\"wide\"><table><thead><tr><th>Layers</th><th>Fold</th>"
            + "<th>Error, as baked</th><th>in ulp</th><th>Error, in double</th>"
            + "<th>Worst input</th><th>Values compared</th><th>MACs saved</th></tr></thead>"
            + "<tbody>\n");
    for (Folding.Certified fold : folding.folds()) {
      table.add(fold(fold.rewrite(), fold.certificate()));
    }
    return table.add("</tbody></table></div>\n");
  }

  private static Markup fold(Rewrite rewrite, Certificate certificate) {
    return new Markup()
        .add(
            "<tr><td>%s</td><td>%s</td><td class=\"n\">%s <small>of %s</small></td>"
                + "<td class=\"n\">%.2f</td><td class=\"n\">%s <small>of %s</small></td>"
                + "<td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
            escaped(String.join(" + ", rewrite.fields())),
            escaped(rewrite.fold()),
            error(certificate.shipped()),
            error(certificate.shippedBound()),
            certificate.shipped() / Math.ulp(1f),
            error(certificate.exact()),
            error(certificate.exactBound()),
            escaped(certificate.worst()),
            count(certificate.values()),
            count(Math.max(0, rewrite.before().macs() - rewrite.after().macs())));
  }

  private Markup standing() {
    if (folding.norms() == 0) {
      return new Markup().add("<p>The network has no batch normalization.</p>\n");
    }
    if (folding.standing().isEmpty() && folding.folds().isEmpty()) {
      return new Markup().add("<p>Folding was not asked for.</p>\n");
    }
    if (folding.standing().isEmpty()) {
      return new Markup().add("<p>None: all %s are folded.</p>\n", count(folding.norms()));
    }
    Markup table = new Markup();
    table.add(
        "<div class=\"wide\"><table><thead><tr><th>BatchNorm</th><th>Why it stays</th>"
            + "<th>What would change that</th></tr></thead><tbody>\n");
    for (Standing stays : folding.standing()) {
      table.add(
          "<tr><td>%s</td><td>%s</td><td>%s</td></tr>\n",
          escaped(stays.field()), escaped(sentence(stays.reason())), escaped(stays.remedy()));
    }
    return table.add("</tbody></table></div>\n");
  }

  private static String sentence(String words) {
    return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
  }

  // ---- layers ----

  private Markup steps() {
    Markup table = new Markup();
    table.add(
        "<div class=\"wide\"><table><thead><tr><th>Layer</th><th>Kernel</th><th>Result</th>"
            + "<th>MACs</th><th>Constants</th><th>Arena, from float</th></tr></thead><tbody>\n");
    for (Step step : report.plan().steps()) {
      Node node = step.node();
      table.add(
          "<tr><td><a href=\"#%s%d\">%s</a></td><td>%s</td><td>%s</td><td class=\"n\">%s</td>"
              + "<td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
          COMPILED,
          node.id(),
          escaped(String.join(" + ", node.fields())),
          escaped(step.description()),
          node.shape(),
          count(node.op().macs(node.shape())),
          count(node.op().parameters()),
          count(step.output().offset()));
    }
    return table.add("</tbody></table></div>\n");
  }

  private Markup layers(Graph graph, String prefix) {
    Markup all = new Markup();
    for (Node node : graph.nodes()) {
      all.add(layer(graph, node, prefix));
    }
    return all;
  }

  private Markup layer(Graph graph, Node node, String prefix) {
    boolean compiled = prefix.equals(COMPILED);
    Markup text = new Markup();
    text.add(
        "<details class=\"layer\" id=\"%s%d\"><summary>%s</summary>\n<dl>\n",
        prefix, node.id(), escaped(String.join(" + ", node.fields())));
    String words =
        compiled
            ? report
                .step(node)
                .map(Step::description)
                .orElse(Description.of(node.op()) + ", no kernel of its own")
            : Description.of(node.op());
    text.add(item(compiled ? "Kernel" : "Operator", escaped(words)));
    String inputs =
        node.inputs().stream()
            .map(graph::node)
            .map(input -> escaped(input.name()) + " " + input.shape())
            .collect(Collectors.joining(", "));
    text.add(item("Reads", inputs.isEmpty() ? "nothing: it is an input" : inputs));
    text.add(item("Result", node.shape().toString()));
    text.add(item("MACs", count(node.op().macs(node.shape()))));
    text.add(item("Constants", count(node.op().parameters()) + ", " + bytes(node.op().bytes())));
    if (compiled) {
      List<String> folds = folding.foldsOf(node);
      if (!folds.isEmpty()) {
        String lines = folds.stream().map(Markup::escaped).collect(Collectors.joining("<br>"));
        text.add(item("Folded", lines));
      }
      folding
          .layer(node)
          .ifPresent(layer -> text.add(item("Stored", escaped(Losses.sentence(layer)))));
    }
    text.add("</dl>\n");
    Constants.of(node.op()).forEach((name, tensor) -> text.add(Histogram.of(name, tensor)));
    return text.add("</details>\n");
  }

  private static Markup item(String name, String value) {
    return new Markup().add("<dt>%s</dt><dd>%s</dd>\n", name, value);
  }
}
