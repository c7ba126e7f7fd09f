package dev.sinter.processor.report;

import static dev.sinter.processor.report.Markup.bytes;
import static dev.sinter.processor.report.Markup.escaped;

import dev.sinter.processor.plan.Plan;

/**
 * The memory plan: steps from left to right, the arena from bottom to top; a rectangle is a value
 * while it is needed.
 */
final class Timeline {
  private static final int WIDTH = 960;
  private static final int HEIGHT = 320;

  private final Report report;

  Timeline(Report report) {
    this.report = report;
  }

  Markup markup() {
    Plan plan = report.plan();
    int times = plan.steps().size() + 1;
    double column = (double) WIDTH / times;
    double unit = (double) HEIGHT / Math.max(1, plan.arena());
    Markup svg = new Markup();
    svg.add(
        "<svg class=\"memory\" viewBox=\"0 -4 %d %d\" preserveAspectRatio=\"none\" role=\"img\""
            + " aria-label=\"Offset in the arena over the steps\">\n",
        WIDTH, HEIGHT + 6);
    for (Report.Lifetime value : report.lifetimes()) {
      long size = span(value);
      int from = value.region().offset();
      svg.add(
          "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\">"
              + "<title>%s %s: floats %,d to %,d, steps %d to %d</title></rect>\n",
          value.from() * column,
          HEIGHT - (from + size) * unit,
          Math.max(1, (value.to() - value.from() + 1) * column - 0.5),
          Math.max(1, size * unit - 0.5),
          escaped(value.node().name()),
          value.node().shape(),
          from,
          from + size - 1,
          value.from() + 1,
          value.to() + 1);
    }
    double bound = HEIGHT - plan.lowerBound() * unit + 1;
    svg.add("<path class=\"bound\" d=\"M0 %.2fH%d\"/>\n", bound, WIDTH);
    svg.add("</svg>\n");
    return svg.add(
        "<p>%s in all. The line is what is alive at once, %s, and no plan could do without."
            + " Rectangles that overlap share memory: one lies among the channels of the other, or is"
            + " written in its place.</p>\n",
        bytes((long) plan.arena() * Float.BYTES), bytes(plan.lowerBound() * Float.BYTES));
  }

  /** Floats from the first to behind the last, with those of others among its channels. */
  private static long span(Report.Lifetime value) {
    long positions = value.region().shape().plane();
    return (positions - 1) * value.region().pixelStride() + value.region().shape().channels();
  }
}
