package dev.sinter.processor.report;

import static dev.sinter.processor.report.Markup.count;
import static dev.sinter.processor.report.Markup.error;
import static dev.sinter.processor.report.Markup.escaped;

import dev.sinter.processor.quantize.Quantization;
import dev.sinter.processor.quantize.Quantization.Layer;
import dev.sinter.processor.quantize.Quantization.Orders;
import java.util.Locale;
import java.util.OptionalDouble;

/** What storing weights in fewer bits saves and loses: a section of the page. */
final class StorageSection {
  private StorageSection() {}

  /** What leads to it. */
  static String link(Quantization losses) {
    return "<a href=\"#storage\">" + Losses.storages(losses) + "</a> ";
  }

  static String of(Quantization losses) {
    Markup section = new Markup();
    section.add(
        "<section id=\"storage\">\n<h2>Weights as %s</h2>\n"
            + "<p class=\"hint\">Signal to noise, 10·log₁₀(Σy²/Σ(ŷ − y)²), of weights against those"
            + " that folding gives in double, and of outputs against what those give. What is"
            + " compiled was folded first. Quantized first is the other order in as many bytes:"
            + " quantized, folded, and quantized again.</p>\n",
        Losses.storages(losses));
    section.add(
        "<p>The largest change of an output is %s of the largest element of that output. %s</p>\n",
        error(losses.largest()), escaped(Losses.surprise(losses).orElse("")));
    section.add(
        "<div class=\"wide\"><table><thead><tr><th>Layer</th><th>Stored as</th>"
            + "<th class=\"n\">Bytes as floats</th><th class=\"n\">Bytes</th>"
            + "<th class=\"n\">Folded first</th><th class=\"n\">Quantized first</th>"
            + "<th class=\"n\">Gain</th></tr></thead><tbody>\n");
    for (Layer layer : losses.layers()) {
      section.add(
          row(
              layer.name(),
              layer.storage().toString(),
              count(layer.floats()),
              count(layer.bytes()),
              layer.weights()));
    }
    section.add("</tbody><tbody class=\"sums\">\n");
    section.add(
        row(
            "All these weights",
            "",
            count(losses.floats()),
            count(losses.bytes()),
            losses.weights()));
    section.add(row("Outputs, " + Losses.images(losses), "", "", "", losses.outputs()));
    return section.add("</tbody></table></div>\n</section>\n").toString();
  }

  private static Markup row(
      String name, String storage, String floats, String bytes, Orders orders) {
    return new Markup()
        .add(
            "<tr><td>%s</td><td>%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td>"
                + "<td class=\"n\">%s</td><td class=\"n\">%s</td><td class=\"n\">%s</td></tr>\n",
            escaped(name),
            storage,
            floats,
            bytes,
            Losses.decibels(orders.foldedFirst()),
            Losses.decibels(orders.storedTwice()),
            gain(orders));
  }

  /** {@code "+3.0 dB"}, {@code "−0.4 dB"}, or a dash where there is nothing to compare. */
  private static String gain(Orders orders) {
    OptionalDouble gain = Losses.gain(orders);
    if (gain.isEmpty()) {
      return "–";
    }
    String size = String.format(Locale.ROOT, "%.1f dB", Math.abs(gain.getAsDouble()));
    return size.equals("0.0 dB") ? size : (gain.getAsDouble() < 0 ? "−" : "+") + size;
  }
}
