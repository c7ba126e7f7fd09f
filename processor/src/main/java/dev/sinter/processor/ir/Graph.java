package dev.sinter.processor.ir;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A network: values in static single assignment form, in an order in which they can be computed.
 * Immutable. Each value is read by an output or by another value, except that inputs always stay.
 */
public final class Graph {
  /** A value that the network gives, under the name of the field that declared it. */
  public record Output(String name, int id) {}

  private final Map<Integer, Node> nodes;
  private final List<Output> outputs;
  private final Map<Integer, List<Node>> consumers = new HashMap<>();

  private Graph(Map<Integer, Node> nodes, List<Output> outputs) {
    this.nodes = nodes;
    this.outputs = List.copyOf(outputs);
    for (Node node : nodes.values()) {
      for (int input : node.inputs()) {
        consumers.computeIfAbsent(input, id -> new ArrayList<>()).add(node);
      }
    }
  }

  public static Builder builder() {
    return new Builder(new LinkedHashMap<>());
  }

  /** The values, each after those it reads. */
  public Collection<Node> nodes() {
    return nodes.values();
  }

  public boolean has(int id) {
    return nodes.containsKey(id);
  }

  public Node node(int id) {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalArgumentException("no value " + id);
    }
    return node;
  }

  /** The value that {@code node} reads as its only or first input. */
  public Node producer(Node node) {
    return node(node.inputs().get(0));
  }

  public List<Output> outputs() {
    return outputs;
  }

  public List<Node> inputs() {
    return nodes.values().stream().filter(n -> n.op() instanceof Op.Input).toList();
  }

  /** The values that read this one, once for each time they read it. */
  public List<Node> consumers(Node node) {
    return consumers.getOrDefault(node.id(), List.of());
  }

  public boolean isOutput(Node node) {
    return outputs.stream().anyMatch(output -> output.id() == node.id());
  }

  /** Whether exactly one value reads this one, and no output is it. */
  public boolean hasOneUse(Node node) {
    return consumers(node).size() == 1 && !isOutput(node);
  }

  public long parameters() {
    return nodes.values().stream().mapToLong(n -> n.op().parameters()).sum();
  }

  /** The bytes of the constants, as they are kept. */
  public long bytes() {
    return nodes.values().stream().mapToLong(n -> n.op().bytes()).sum();
  }

  public long macs() {
    return nodes.values().stream().mapToLong(n -> n.op().macs(n.shape())).sum();
  }

  /** Starts another graph from this one. */
  public Builder edit() {
    Builder builder = new Builder(new LinkedHashMap<>(nodes));
    builder.outputs.addAll(outputs);
    return builder;
  }

  /**
   * The part of this graph that computes {@code result} from {@code boundary}: a graph whose inputs
   * are those values, under the same ids.
   *
   * @param shapes the shapes of the boundary values, which may differ from those here
   * @throws IllegalArgumentException if the operators do not fit those shapes, or need another
   *     value
   */
  public Graph fragment(Map<Integer, Shape> shapes, int result) {
    Builder builder = builder();
    Set<Integer> needed = reachable(nodes, Set.copyOf(shapes.keySet()), List.of(result));
    for (Node node : nodes.values()) {
      Shape given = shapes.get(node.id());
      if (given != null) {
        builder.put(node.id(), node.fields(), new Op.Input(given), List.of());
      } else if (needed.contains(node.id())) {
        builder.put(node.id(), node.fields(), node.op(), node.inputs());
      }
    }
    return builder.output("result", result).build();
  }

  /** This graph with its constants as they are baked. */
  public Graph rounded() {
    Builder builder = new Builder(new LinkedHashMap<>());
    for (Node node : nodes.values()) {
      builder.put(node.id(), node.fields(), node.op().rounded(), node.inputs());
    }
    outputs.forEach(output -> builder.output(output.name(), output.id()));
    return builder.build();
  }

  /** What {@code from} needs, stopping at {@code until}. */
  private static Set<Integer> reachable(
      Map<Integer, Node> nodes, Set<Integer> until, List<Integer> from) {
    Set<Integer> reached = new HashSet<>();
    List<Integer> open = new ArrayList<>(from);
    while (!open.isEmpty()) {
      int id = open.remove(open.size() - 1);
      Node node = nodes.get(id);
      if (node == null) {
        throw new IllegalArgumentException("no value " + id);
      }
      if (reached.add(id) && !until.contains(id)) {
        open.addAll(node.inputs());
      }
    }
    return reached;
  }

  /** Collects values and checks each as it comes. */
  public static final class Builder {
    private final Map<Integer, Node> nodes;
    private final List<Output> outputs = new ArrayList<>();
    private int next;

    private Builder(Map<Integer, Node> nodes) {
      this.nodes = nodes;
      this.next = nodes.keySet().stream().mapToInt(id -> id + 1).max().orElse(0);
    }

    /**
     * Adds a value.
     *
     * @return its id
     * @throws IllegalArgumentException if the operator does not fit its inputs, with the reason
     */
    public int add(String field, Op op, List<Integer> inputs) {
      int id = next;
      put(id, List.of(field), op, inputs);
      return id;
    }

    /**
     * Adds a value that others shall read, in the order just before {@code reader}.
     *
     * @return its id
     * @throws IllegalArgumentException if the operator does not fit its inputs, with the reason
     */
    public int insert(int reader, List<String> fields, Op op, List<Integer> inputs) {
      int id = next;
      List<Node> ordered = new ArrayList<>(nodes.values());
      put(id, fields, op, inputs);
      Node inserted = node(id);
      ordered.add(ordered.indexOf(node(reader)), inserted);
      nodes.clear();
      ordered.forEach(node -> nodes.put(node.id(), node));
      return id;
    }

    /**
     * Makes a value by another operator. Only values that do not need this one may be read.
     *
     * @throws IllegalArgumentException if the operator does not fit, or gives another shape
     */
    public Builder replace(int id, List<String> fields, Op op, List<Integer> inputs) {
      Node old = node(id);
      put(id, fields, op, inputs);
      if (!node(id).shape().equals(old.shape())) {
        throw new IllegalArgumentException(
            op + " gives " + node(id).shape() + " in place of " + old.shape());
      }
      return this;
    }

    /** Lets everything that reads {@code from} read {@code to}. */
    public Builder redirect(int from, int to) {
      for (Node node : List.copyOf(nodes.values())) {
        if (node.inputs().contains(from)) {
          List<Integer> inputs = node.inputs().stream().map(i -> i == from ? to : i).toList();
          put(node.id(), node.fields(), node.op(), inputs);
        }
      }
      outputs.replaceAll(o -> o.id() == from ? new Output(o.name(), to) : o);
      return this;
    }

    /** Forgets the outputs, so that others can be chosen. */
    public Builder withoutOutputs() {
      outputs.clear();
      return this;
    }

    public Builder output(String name, int id) {
      node(id);
      outputs.add(new Output(name, id));
      return this;
    }

    public Shape shape(int id) {
      return node(id).shape();
    }

    /** The graph, without the values that nothing reads. */
    public Graph build() {
      if (outputs.isEmpty()) {
        throw new IllegalArgumentException("a graph without output");
      }
      Set<Integer> used = reachable(nodes, Set.of(), outputs.stream().map(Output::id).toList());
      Map<Integer, Node> kept = new LinkedHashMap<>();
      for (Node node : nodes.values()) {
        if (used.contains(node.id()) || node.op() instanceof Op.Input) {
          kept.put(node.id(), node);
        }
      }
      return new Graph(sorted(kept), outputs);
    }

    /** Each value after those it reads, else in the order given. */
    private static Map<Integer, Node> sorted(Map<Integer, Node> nodes) {
      Map<Integer, Node> sorted = new LinkedHashMap<>();
      List<Node> waiting = new ArrayList<>(nodes.values());
      while (!waiting.isEmpty()) {
        List<Node> later = new ArrayList<>();
        for (Node node : waiting) {
          if (sorted.keySet().containsAll(node.inputs())) {
            sorted.put(node.id(), node);
          } else {
            later.add(node);
          }
        }
        if (later.size() == waiting.size()) {
          throw new IllegalArgumentException("a cycle through '" + later.get(0).name() + "'");
        }
        waiting = later;
      }
      return sorted;
    }

    private void put(int id, List<String> fields, Op op, List<Integer> inputs) {
      Shape shape = op.infer(inputs.stream().map(this::shape).toList());
      if (shape.size() > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "gives " + shape + ", more elements than an array holds");
      }
      nodes.put(id, new Node(id, fields, op, inputs, shape));
      next = Math.max(next, id + 1);
    }

    /** A value that was added. */
    public Node node(int id) {
      Node node = nodes.get(id);
      if (node == null) {
        throw new IllegalArgumentException("no value " + id);
      }
      return node;
    }
  }
}
