package dev.sinter.processor.scaffold;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Description;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.onnx.Origin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** The fields that declare a graph, with their names, wiring and tensors. */
final class Fields {
  private static final String INPUT = "input";

  /** Annotations that name everything that they read. */
  private static final Set<String> LISTING = Set.of("Add", "Multiply", "Concat");

  /** Where they stand only before what reads their elements in order, no node is behind them. */
  private static final Set<String> MOVING = Set.of("Flatten", "Reshape", "ChannelShuffle");

  private final Graph graph;
  private final Map<String, Origin> origins;
  private final FieldNames names = new FieldNames(List.of(INPUT, "model"));
  private final Prefixes prefixes = new Prefixes();
  private final Map<Integer, String> named = new HashMap<>();
  private final Map<String, List<Node>> undeclarable = new LinkedHashMap<>();
  private final List<Field> fields = new ArrayList<>();

  private Fields(Graph graph, Map<String, Origin> origins) {
    this.graph = graph;
    this.origins = origins;
  }

  /**
   * The fields of a model.
   *
   * @param model the name of its file
   */
  static Fields of(Graph graph, Map<String, Origin> origins, String model) throws Rejection {
    Fields fields = new Fields(graph, origins);
    List<Ordered.Line> lines = Ordered.of(graph);
    for (int i = 0; i < lines.size(); i++) {
      fields.add(lines.get(i), i == lines.size() - 1);
    }
    if (!fields.undeclarable.isEmpty()) {
      throw Problem.NOT_DECLARABLE.reject(Location.NOWHERE, model, fields.counted());
    }
    return fields;
  }

  List<Field> fields() {
    return fields;
  }

  SortedMap<String, Tensor> tensors() {
    return prefixes.tensors();
  }

  private String counted() {
    return undeclarable.entrySet().stream()
        .map(
            entry ->
                "%s (%d, first '%s')"
                    .formatted(
                        entry.getKey(), entry.getValue().size(), entry.getValue().get(0).name()))
        .collect(Collectors.joining(", "));
  }

  private void add(Ordered.Line line, boolean last) {
    Node node = line.node();
    boolean output = !line.output().isEmpty() && !last;
    if (line.identity()) {
      add(Declaration.of("Identity"), names.of(line.output(), "output"), List.of(node), output);
    } else if (node.op() instanceof Op.Input && named.isEmpty()) {
      named.put(node.id(), INPUT);
    } else if (node.op() instanceof Op.Activatable with && !with.activation().isNone()) {
      addLayer(node, with.with(Activation.NONE), false);
      Declaration activation =
          Annotator.of(new Op.Activate(with.activation()), node.shape()).orElseThrow();
      String name = names.of(named.getOrDefault(node.id(), "") + "_activation", "activation");
      add(activation, name, List.of(node), output);
      named.put(node.id(), name);
    } else {
      addLayer(node, node.op(), output);
    }
  }

  private void addLayer(Node node, Op op, boolean output) {
    List<Node> inputs = node.inputs().stream().map(graph::node).toList();
    Shape shape = inputs.isEmpty() ? node.shape() : inputs.get(0).shape();
    Optional<Declaration> declaration = Annotator.of(op, shape);
    if (declaration.isEmpty()) {
      undeclarable.computeIfAbsent(Description.of(op), kind -> new ArrayList<>()).add(node);
      named.put(node.id(), node.name());
      return;
    }
    Optional<Origin> origin = Optional.ofNullable(origins.get(node.name()));
    boolean weighted = !declaration.get().tensors().isEmpty();
    Optional<String> scheme = weighted ? origin.flatMap(Prefixes::of) : Optional.empty();
    String kind = declaration.get().annotation();
    String otherwise = MOVING.contains(kind) ? kind : node.name();
    String path = scheme.or(() -> origin.map(FieldNames::path)).orElse(otherwise);
    String name = names.of(path, kind.toLowerCase(Locale.ROOT));
    add(declaration.get(), name, inputs, output, scheme.orElse(name));
    named.put(node.id(), name);
  }

  private void add(Declaration declaration, String name, List<Node> inputs, boolean output) {
    add(declaration, name, inputs, output, name);
  }

  private void add(
      Declaration declaration, String name, List<Node> inputs, boolean output, String wanted) {
    List<String> reads = inputs.stream().map(node -> named.getOrDefault(node.id(), "")).toList();
    String before = fields.isEmpty() ? INPUT : fields.get(fields.size() - 1).name();
    boolean follows = reads.equals(List.of(before)) && !LISTING.contains(declaration.annotation());
    String prefix =
        declaration.tensors().isEmpty() ? name : prefixes.put(wanted, declaration.tensors());
    fields.add(
        new Field(
            declaration,
            name,
            follows ? List.of() : reads,
            prefix.equals(name) ? "" : prefix,
            output));
  }
}
