package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.weights.ContainerNotFound;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.OnnxFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes the graph of an ONNX model. Everything that is wrong is said at the name of its file. */
public final class ModelReader {
  private static final String OWN_DOMAIN = "";
  private static final String SAME_DOMAIN = "ai.onnx";

  /** Older versions have other attributes for nearly everything. */
  private static final long OLDEST = 7;

  private final String name;
  private final Location location;
  private final Diagnostics found;
  private final Set<String> failed = new HashSet<>();

  /**
   * A reader of one model.
   *
   * @param name of its file, as declared
   * @param location where that stands
   * @param found receives everything that is wrong
   */
  public ModelReader(String name, Location location, Diagnostics found) {
    this.name = name;
    this.location = location;
    this.found = found;
  }

  /**
   * The graph of the model, or nothing if there are errors.
   *
   * @param given the shape of its input, where the file leaves that open; else empty
   * @param taken names that no layer of the model may have
   */
  public Optional<Graph> read(
      Locator locator, List<Integer> given, Location givenAt, Collection<String> taken) {
    try {
      OnnxFile file = locator.model(name);
      return Optional.of(read(file, given, givenAt, new Names(taken)));
    } catch (ContainerNotFound absent) {
      String places =
          absent.tried().stream().map(place -> "\n  " + place).collect(Collectors.joining());
      found.add(Problem.MODEL_NOT_FOUND.at(location, name, places));
    } catch (MalformedContainer malformed) {
      found.add(
          Problem.MALFORMED_FILE.at(
              location, malformed.file(), malformed.position(), malformed.getMessage()));
    } catch (Rejection rejection) {
      found.add(rejection.diagnostic());
    }
    return Optional.empty();
  }

  private Graph read(OnnxFile file, List<Integer> given, Location givenAt, Names names)
      throws Rejection {
    GraphProto graph = file.model().getGraph();
    int version = version(file);
    List<NodeProto> nodes = needed(graph);
    requireKnown(nodes);
    Wiring wiring = new Wiring(file, names);
    Set<String> constants = readConstants(graph, nodes, wiring);
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !constants.contains(input.getName()))
            .toList();
    if (!given.isEmpty() && inputs.size() != 1) {
      throw Problem.MODEL_GRAPH.reject(
          givenAt, name, "it has " + inputs.size() + " inputs, and input is the shape of one");
    }
    for (ValueInfoProto input : inputs) {
      readInput(input, given, givenAt, wiring, names);
    }
    for (NodeProto node : nodes) {
      readNode(node, version, wiring, names);
    }
    if (failed.isEmpty()) {
      for (ValueInfoProto output : graph.getOutputList()) {
        readOutput(output.getName(), version, wiring, names);
      }
    }
    if (found.hasErrors() || graph.getOutputCount() == 0) {
      throw lastOf(graph);
    }
    return Patterns.recognized(wiring.graph().build());
  }

  /** What stops the reading when everything was said, or nothing is left to compile. */
  private Rejection lastOf(GraphProto graph) {
    return found.all().stream()
        .filter(d -> d.problem().severity() == Problem.Severity.ERROR)
        .findFirst()
        .map(Rejection::new)
        .orElseGet(
            () ->
                Problem.MODEL_GRAPH.reject(
                    location, name, "its graph '" + graph.getName() + "' has no outputs"));
  }

  private int version(OnnxFile file) throws Rejection {
    long version = 0;
    for (OperatorSetIdProto set : file.model().getOpsetImportList()) {
      if (isOwn(set.getDomain())) {
        version = Math.max(version, set.getVersion());
      }
    }
    if (version < OLDEST) {
      throw Problem.MODEL_GRAPH.reject(
          location,
          name,
          "it has version "
              + version
              + " of ONNX's operators; Sinter reads "
              + OLDEST
              + " and later ones. Export it again, with a newer opset_version");
    }
    return (int) Math.min(version, Integer.MAX_VALUE);
  }

  private static boolean isOwn(String domain) {
    return domain.equals(OWN_DOMAIN) || domain.equals(SAME_DOMAIN);
  }

  /** The nodes that an output needs, in their order. */
  private static List<NodeProto> needed(GraphProto graph) {
    Set<String> wanted = new HashSet<>();
    graph.getOutputList().forEach(output -> wanted.add(output.getName()));
    List<NodeProto> needed = new ArrayList<>();
    for (int i = graph.getNodeCount() - 1; i >= 0; i--) {
      NodeProto node = graph.getNode(i);
      if (node.getOutputList().stream().anyMatch(wanted::contains)) {
        needed.add(0, node);
        wanted.addAll(node.getInputList());
      }
    }
    return needed;
  }

  /** Says at once which operators are not known. */
  private void requireKnown(List<NodeProto> nodes) throws Rejection {
    Map<String, List<NodeProto>> unknown = new LinkedHashMap<>();
    for (NodeProto node : nodes) {
      if (!isOwn(node.getDomain()) || !Operators.TABLE.containsKey(node.getOpType())) {
        String domain = isOwn(node.getDomain()) ? "" : node.getDomain() + ".";
        unknown.computeIfAbsent(domain + node.getOpType(), type -> new ArrayList<>()).add(node);
      }
    }
    if (!unknown.isEmpty()) {
      throw Problem.UNKNOWN_OPERATORS.reject(
          location,
          name,
          unknown.entrySet().stream()
              .map(
                  entry ->
                      "%s (%d, first '%s')"
                          .formatted(
                              printable(entry.getKey()),
                              entry.getValue().size(),
                              label(entry.getValue().get(0))))
              .collect(Collectors.joining(", ")));
    }
  }

  /** What people know a node by. */
  private static String label(NodeProto node) {
    String first = node.getOutputCount() == 0 ? "" : node.getOutput(0);
    return printable(node.getName().isEmpty() ? first : node.getName());
  }

  /** Names come from the file, which may be hostile. */
  private static String printable(String text) {
    String cut = text.length() <= 200 ? text : text.substring(0, 200) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  /** The initializers that somebody reads; those that cannot be read are not complained of else. */
  private Set<String> readConstants(GraphProto graph, List<NodeProto> nodes, Wiring wiring)
      throws Rejection {
    Set<String> read = new HashSet<>();
    nodes.forEach(node -> read.addAll(node.getInputList()));
    Set<String> constants = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.add(tensor.getName());
      if (read.contains(tensor.getName())) {
        try {
          wiring.put(tensor.getName(), wiring.constant(printable(tensor.getName()), tensor));
        } catch (Refusal refusal) {
          throw Problem.MODEL_GRAPH.reject(location, name, "Sinter " + refusal.reason());
        }
      }
    }
    return constants;
  }

  private void readInput(
      ValueInfoProto input, List<Integer> given, Location givenAt, Wiring wiring, Names names)
      throws Rejection {
    String label = printable(input.getName());
    TypeProto.Tensor type = input.getType().getTensorType();
    if (type.getElemType() != TensorProto.DataType.FLOAT_VALUE) {
      throw Problem.MODEL_INPUT.reject(
          location, label, name, written(type.getShape()), "its elements must be float32");
    }
    int rank = type.getShape().getDimCount();
    if (rank < 2 || rank > 4) {
      throw Problem.MODEL_INPUT.reject(
          location,
          label,
          name,
          written(type.getShape()),
          "it must be [1, C], [1, C, L] or [1, C, H, W]");
    }
    Shape shape = shape(type.getShape(), label, given, givenAt);
    int id =
        wiring.graph().add(names.unique(input.getName(), "input"), new Op.Input(shape), List.of());
    wiring.put(input.getName(), View.of(id, Call.batched(shape)));
  }

  private Shape shape(TensorShapeProto dims, String label, List<Integer> given, Location givenAt)
      throws Rejection {
    TensorShapeProto.Dimension batch = dims.getDim(0);
    if (batch.hasDimValue() && batch.getDimValue() != 1) {
      // Some exporters write what is open as 0 or −1.
      if (batch.getDimValue() > 1) {
        throw Problem.MODEL_INPUT.reject(
            location, label, name, written(dims), "its batch must be 1: export it for one image");
      }
    }
    if (!given.isEmpty() && given.size() != dims.getDimCount() - 1) {
      throw Problem.MODEL_INPUT.reject(
          givenAt,
          label,
          name,
          written(dims),
          "input must give what follows the batch, not " + given);
    }
    List<Integer> extents = new ArrayList<>();
    for (int axis = 1; axis < dims.getDimCount(); axis++) {
      long fixed = dims.getDim(axis).getDimValue();
      int extent = given.isEmpty() ? (int) Math.min(fixed, Integer.MAX_VALUE) : given.get(axis - 1);
      if (fixed > 0 && extent != fixed) {
        throw Problem.MODEL_INPUT.reject(
            givenAt, label, name, written(dims), "input must give the same, not " + given);
      }
      if (extent < 1) {
        throw Problem.MODEL_INPUT.reject(
            location,
            label,
            name,
            written(dims),
            "give the extents that it leaves open, as in @Network(model = \""
                + name
                + "\", input = "
                + example(dims)
                + ")");
      }
      extents.add(extent);
    }
    Shape shape = new Shape(extents);
    if (shape.size() > Integer.MAX_VALUE) {
      throw Problem.MODEL_INPUT.reject(
          location, label, name, written(dims), "it has more elements than an array");
    }
    return shape;
  }

  /** {@code {3, 224, 224}}: what is fixed, and something likely for what is not. */
  private static String example(TensorShapeProto dims) {
    return dims.getDimList().stream()
        .skip(1)
        .map(dim -> dim.getDimValue() > 0 ? Long.toString(dim.getDimValue()) : "224")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** {@code [batch, 3, ?, ?]}. */
  private static String written(TensorShapeProto dims) {
    return dims.getDimList().stream()
        .map(
            dim ->
                dim.hasDimValue()
                    ? Long.toString(dim.getDimValue())
                    : dim.getDimParam().isEmpty() ? "?" : printable(dim.getDimParam()))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private void readNode(NodeProto node, int version, Wiring wiring, Names names) throws Rejection {
    if (node.getInputList().stream().anyMatch(failed::contains)) {
      failed.addAll(node.getOutputList());
      return;
    }
    List<Optional<Operand>> inputs = new ArrayList<>();
    for (String input : node.getInputList()) {
      Optional<Operand> operand = wiring.find(input);
      if (operand.isEmpty() && !input.isEmpty()) {
        throw Problem.MODEL_GRAPH.reject(
            location,
            name,
            "the node '%s' reads '%s', which nothing before it gives"
                .formatted(label(node), printable(input)));
      }
      inputs.add(input.isEmpty() ? Optional.empty() : operand);
    }
    Call call =
        new Call(node, names.unique(label(node), node.getOpType()), version, wiring, inputs);
    try {
      Optional.ofNullable(Operators.TABLE.get(node.getOpType())).orElseThrow().convert(call);
      for (int i = 0; i < node.getOutputCount(); i++) {
        Operand result = call.results().get(i);
        if (result != null && !node.getOutput(i).isEmpty()) {
          wiring.put(node.getOutput(i), result);
        }
      }
    } catch (Refusal refusal) {
      found.add(
          Problem.MODEL_OPERATOR.at(
              location,
              printable(node.getOpType()),
              label(node),
              name,
              printable(refusal.reason())));
      failed.addAll(node.getOutputList());
    }
  }

  private void readOutput(String output, int version, Wiring wiring, Names names) throws Rejection {
    Operand operand = wiring.find(output).orElse(null);
    if (!(operand instanceof View view)) {
      throw Problem.MODEL_GRAPH.reject(
          location,
          name,
          "its output '%s' does not depend on an input".formatted(printable(output)));
    }
    NodeProto node = NodeProto.newBuilder().setOpType("Reshape").addOutput(output).build();
    Call call = new Call(node, names.unique(output, "output"), version, wiring, List.of());
    try {
      wiring
          .graph()
          .output(printable(output), wiring.arranged(call, view, outputShape(view.dims())));
    } catch (Refusal refusal) {
      throw Problem.MODEL_GRAPH.reject(
          location, name, "its output '%s' %s".formatted(printable(output), refusal.reason()));
    }
  }

  /** Without the batch; a vector if there are more axes than a map has. */
  private static Shape outputShape(Shape dims) {
    List<Integer> extents = dims.extents();
    boolean batched = dims.rank() > 1 && dims.extent(0) == 1;
    Shape shape = batched ? new Shape(extents.subList(1, dims.rank())) : dims;
    return shape.rank() >= 1 && shape.rank() <= 3 ? shape : Shape.of((int) shape.size());
  }
}
