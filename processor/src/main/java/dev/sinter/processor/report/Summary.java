package dev.sinter.processor.report;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.plan.Plan;
import java.util.Locale;

/** The one line for each network that stands in the build's log. */
public final class Summary {
  private Summary() {}

  /**
   * The line.
   *
   * @param resourceBytes the size of the resource, 0 if the classes hold the constants
   */
  public static String of(String network, Folding folding, Plan plan, long resourceBytes) {
    Graph graph = folding.folded();
    return String.format(
        Locale.ROOT,
        "%s: %s; %s parameters, %sMAC, arena %s, %s%s",
        network,
        folding.summary(),
        scaled(graph.parameters()).strip(),
        scaled(graph.macs()),
        bytes(4L * plan.arena()),
        resourceBytes == 0 ? "classes " + bytes(graph.bytes()) : "resource " + bytes(resourceBytes),
        folding.quantization().map(losses -> "; " + Losses.summary(losses)).orElse(""));
  }

  /** {@code "11.69 M"}, {@code "48.3 k"}, {@code "912 "}: with the unit's letter to follow. */
  private static String scaled(long count) {
    if (count >= 1_000_000_000) {
      return String.format(Locale.ROOT, "%.2f G", count / 1e9);
    }
    if (count >= 1_000_000) {
      return String.format(Locale.ROOT, "%.2f M", count / 1e6);
    }
    return count >= 1_000 ? String.format(Locale.ROOT, "%.1f k", count / 1e3) : count + " ";
  }

  /** {@code "44.6 MiB"}, {@code "0.9 KiB"}. */
  public static String bytes(long count) {
    return count >= 1 << 20
        ? String.format(Locale.ROOT, "%.1f MiB", count / (double) (1 << 20))
        : String.format(Locale.ROOT, "%.1f KiB", count / 1024.0);
  }
}
