package dev.sinter.processor.ir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A small network, written down by the names of its values. Each reads the one before it, unless it
 * says otherwise; the first is called {@code input}.
 */
public final class Sketch {
  private final Graph.Builder graph = Graph.builder();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private String last = "input";

  private Sketch() {}

  public static Sketch of(int... input) {
    Sketch sketch = new Sketch();
    sketch.ids.put("input", sketch.graph.add("input", new Op.Input(Shape.of(input)), List.of()));
    return sketch;
  }

  public Sketch then(String name, Op op, String... from) {
    List<Integer> inputs = new ArrayList<>();
    for (String input : from.length == 0 ? new String[] {last} : from) {
      inputs.add(ids.get(input));
    }
    ids.put(name, graph.add(name, op, inputs));
    last = name;
    return this;
  }

  /** The graph, with these outputs or else the last value. */
  public Graph gives(String... outputs) {
    for (String output : outputs.length == 0 ? new String[] {last} : outputs) {
      graph.output(output, ids.get(output));
    }
    return graph.build();
  }

  /** The value that a field declared. */
  public static Node node(Graph graph, String field) {
    return graph.nodes().stream()
        .filter(node -> node.fields().contains(field))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no value of '" + field + "'"));
  }
}
