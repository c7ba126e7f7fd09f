package dev.sinter.processor.report;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.plan.Plan;
import dev.sinter.processor.plan.Region;
import dev.sinter.processor.plan.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is told about one network.
 *
 * @param network its qualified name
 * @param folding what was folded, and why the rest was not
 * @param plan how the folded network runs
 * @param resourceBytes the size of the resource, 0 if the classes hold the constants
 */
public record Report(String network, Folding folding, Plan plan, long resourceBytes) {
  /** How a report is written. */
  public enum Format {
    /** A page for people. */
    HTML(".html"),
    /** Figures for programs. */
    JSON(".json");

    private final String ending;

    Format(String ending) {
      this.ending = ending;
    }

    /** What the names of such files end with. */
    public String ending() {
      return ending;
    }
  }

  /** The report as text. */
  public String as(Format format) {
    return format == Format.HTML ? new Page(this).toString() : new Figures(this).toString();
  }

  /** {@code "Digits"} of {@code "com.example.Digits"}. */
  String name() {
    return network.substring(network.lastIndexOf('.') + 1);
  }

  /** The step that makes a value of the folded graph; views need none. */
  Optional<Step> step(Node node) {
    return plan.steps().stream().filter(step -> step.node().id() == node.id()).findFirst();
  }

  /**
   * A value in memory.
   *
   * @param from the first step at which it is there; the inputs are there at step 0
   * @param to the last step that reads it, or that of the chain that does; that after the last one
   *     for outputs
   */
  record Lifetime(Node node, Region region, int from, int to) {}

  /** The values that are written, in the order of the computation. */
  List<Lifetime> lifetimes() {
    Graph graph = folding.folded();
    Map<Integer, Integer> written = new HashMap<>();
    Map<Integer, Integer> last = new HashMap<>();
    for (Step step : plan.steps()) {
      written.put(step.node().id(), written.size());
    }
    for (List<Step> chain : plan.chains()) {
      for (Step step : chain) {
        int time = written.getOrDefault(step.node().id(), 0);
        step.node().inputs().forEach(input -> read(graph, input, time, written, last));
      }
      int end = written.getOrDefault(chain.get(chain.size() - 1).node().id(), 0);
      chain.get(0).node().inputs().forEach(input -> read(graph, input, end, written, last));
    }
    for (Graph.Output output : graph.outputs()) {
      read(graph, output.id(), plan.steps().size(), written, last);
    }
    List<Lifetime> lifetimes = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.op() instanceof Op.Input || written.containsKey(node.id())) {
        int from = written.getOrDefault(node.id(), 0);
        int to = last.getOrDefault(node.id(), from);
        lifetimes.add(new Lifetime(node, plan.region(node.id()), from, Math.max(from, to)));
      }
    }
    return lifetimes;
  }

  /** A value that no step makes is what its own inputs are. */
  private static void read(
      Graph graph, int id, int time, Map<Integer, Integer> written, Map<Integer, Integer> last) {
    last.merge(id, time, Math::max);
    if (!written.containsKey(id)) {
      graph.node(id).inputs().forEach(input -> read(graph, input, time, written, last));
    }
  }
}
