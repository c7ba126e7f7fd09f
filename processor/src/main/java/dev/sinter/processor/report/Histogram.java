package dev.sinter.processor.report;

import static dev.sinter.processor.report.Markup.escaped;

import dev.sinter.processor.ir.Tensor;
import java.util.Collections;
import java.util.Locale;

/** How a tensor's values are spread, as a figure: the higher a bar, the more values. */
final class Histogram {
  private static final int BAR = 6;
  private static final int HEIGHT = 56;

  private Histogram() {}

  static Markup of(String name, Tensor tensor) {
    Statistics is = Statistics.of(tensor);
    String range = String.format(Locale.ROOT, "%.4g to %.4g", is.least(), is.greatest());
    Markup figure = new Markup();
    figure.add("<figure><figcaption>%s %s</figcaption>\n", escaped(name), tensor.shape());
    figure.add(
        "<svg class=\"histogram\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s from %s\">",
        Statistics.BINS * BAR, HEIGHT, escaped(name), range);
    int most = Math.max(1, Collections.max(is.counts()));
    figure.add("<path d=\"");
    for (int bin = 0; bin < Statistics.BINS; bin++) {
      int height = Math.toIntExact(Math.round((double) is.counts().get(bin) * HEIGHT / most));
      if (height > 0) {
        figure.add("M%d %dh%dv%dh-%dz", bin * BAR, HEIGHT, BAR - 1, -height, BAR - 1);
      }
    }
    figure.add("\"/>");
    return figure.add(
        "</svg>\n<p>%s; mean %.4g, standard deviation %.4g</p></figure>\n",
        range, is.mean(), is.deviation());
  }
}
