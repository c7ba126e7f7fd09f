package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.weights.OnnxFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Reads a model once, with each of its inputs in one layout. */
final class GraphReader {
  private final String name;
  private final Location location;
  private final Predicate<String> last;
  private final Names names;
  private final int version;
  private final Wiring wiring;
  private final Map<String, Integer> inputsWithLast = new LinkedHashMap<>();
  private final Map<String, Origin> origins = new HashMap<>();
  private final Set<String> confirmed = new HashSet<>();
  private final Diagnostics found = new Diagnostics();
  private final Set<String> failed = new HashSet<>();

  /**
   * A reader of one model.
   *
   * @param name of its file
   * @param version of the operator set
   * @param last whether an input has its channels last
   */
  GraphReader(
      String name,
      Location location,
      OnnxFile file,
      int version,
      Predicate<String> last,
      Names names) {
    this.name = name;
    this.location = location;
    this.version = version;
    this.last = last;
    this.names = names;
    this.wiring = new Wiring(file, names);
  }

  /** Everything that was found. */
  Diagnostics found() {
    return found;
  }

  /** By the names of layers: a node that becomes several is the origin of the first. */
  Map<String, Origin> origins() {
    return origins;
  }

  /** The inputs that are read with their channels last, and whose channels a layer reads so. */
  Set<String> confirmed() {
    return confirmed;
  }

  /** Whether these are all that are read with their channels last. */
  boolean isConfirmed() {
    return confirmed.equals(inputsWithLast.keySet());
  }

  /** The graph, or nothing if there are errors. */
  Optional<Graph> read(GraphProto graph, List<NodeProto> nodes, InputShapes shapes) {
    try {
      Set<String> constants = readConstants(graph, nodes);
      for (ValueInfoProto input : graph.getInputList()) {
        if (!constants.contains(input.getName())) {
          readInput(input, shapes.extents(input));
        }
      }
      for (NodeProto node : nodes) {
        readNode(node);
      }
      if (failed.isEmpty()) {
        for (ValueInfoProto output : graph.getOutputList()) {
          readOutput(output.getName());
        }
      }
    } catch (Rejection rejection) {
      found.add(rejection.diagnostic());
    }
    if (found.hasErrors()) {
      return Optional.empty();
    }
    Graph built = wiring.graph().build();
    confirmed.addAll(inputsWithLast.keySet());
    Set<Integer> read = Channels.read(built);
    confirmed.removeIf(input -> !read.contains(inputsWithLast.get(input)));
    return Optional.of(Patterns.recognized(built));
  }

  private void readInput(ValueInfoProto input, List<Integer> extents) {
    boolean hasChannels = extents.size() > 1 && new Shape(extents).size() <= Broadcast.LARGEST;
    Layout own =
        hasChannels && last.test(input.getName()) ? Layout.CHANNELS_LAST : Layout.CHANNELS_FIRST;
    Shape shape = own.shape(extents);
    int id =
        wiring.graph().add(names.unique(input.getName(), "input"), new Op.Input(shape), List.of());
    wiring.put(input.getName(), own.view(id, extents));
    if (own == Layout.CHANNELS_LAST) {
      inputsWithLast.put(input.getName(), id);
    }
    sayLayout(own, "input", input.getName(), extents, shape);
  }

  /** Nobody shall take rows for channels because nobody told. */
  private void sayLayout(
      Layout own, String what, String called, List<Integer> extents, Shape shape) {
    if (own == Layout.CHANNELS_LAST) {
      found.add(
          Problem.MODEL_LAYOUT.at(location, what, Labels.printable(called), name, extents, shape));
    }
  }

  /** The initializers that somebody reads; those that cannot be read are not complained of else. */
  private Set<String> readConstants(GraphProto graph, List<NodeProto> nodes) throws Rejection {
    Set<String> read = new HashSet<>();
    nodes.forEach(node -> read.addAll(node.getInputList()));
    Set<String> constants = new HashSet<>();
    for (TensorProto tensor : graph.getInitializerList()) {
      constants.add(tensor.getName());
      if (read.contains(tensor.getName())) {
        try {
          wiring.put(tensor.getName(), wiring.constant(Labels.printable(tensor.getName()), tensor));
        } catch (Refusal refusal) {
          throw Problem.MODEL_GRAPH.reject(location, name, "Sinter " + refusal.reason());
        }
      }
    }
    return constants;
  }

  private void readNode(NodeProto node) throws Rejection {
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
                .formatted(Labels.label(node), Labels.printable(input)));
      }
      inputs.add(input.isEmpty() ? Optional.empty() : operand);
    }
    Optional<ChannelsLast.Reading> undone =
        ChannelsLast.undone(node, inputs, wiring.graph()::shape);
    Call call =
        new Call(
            undone.map(ChannelsLast.Reading::node).orElse(node),
            names.unique(Labels.label(node), node.getOpType()),
            version,
            wiring,
            undone.map(ChannelsLast.Reading::inputs).orElse(inputs));
    origins.put(call.name(), new Origin(Labels.label(node), node.getOpType(), node.getInputList()));
    try {
      Optional.ofNullable(Operators.TABLE.get(node.getOpType())).orElseThrow().convert(call);
      for (int i = 0; i < node.getOutputCount(); i++) {
        Operand result = call.results().get(i);
        if (result != null && !node.getOutput(i).isEmpty()) {
          wiring.put(node.getOutput(i), undone.isPresent() ? ChannelsLast.redone(result) : result);
        }
      }
    } catch (Refusal refusal) {
      found.add(
          Problem.MODEL_OPERATOR.at(
              location,
              Labels.printable(node.getOpType()),
              Labels.label(node),
              name,
              Labels.printable(refusal.reason())));
      failed.addAll(node.getOutputList());
    }
  }

  private void readOutput(String output) throws Rejection {
    Operand operand = wiring.find(output).orElse(null);
    if (!(operand instanceof View view)) {
      throw Problem.MODEL_GRAPH.reject(
          location,
          name,
          "its output '%s' does not depend on an input".formatted(Labels.printable(output)));
    }
    NodeProto node = NodeProto.newBuilder().setOpType("Reshape").addOutput(output).build();
    Call call = new Call(node, names.unique(output, "output"), version, wiring, List.of());
    Shape dims = outputShape(view.dims());
    Layout own = layout(view);
    Shape shape = own.shape(dims.extents());
    try {
      View asInGraph = own == Layout.CHANNELS_LAST ? View.of(view.id(), view.dims()) : view;
      wiring.graph().output(Labels.printable(output), wiring.arranged(call, asInGraph, shape));
    } catch (Refusal refusal) {
      throw Problem.MODEL_GRAPH.reject(
          location,
          name,
          "its output '%s' %s".formatted(Labels.printable(output), refusal.reason()));
    }
    sayLayout(own, "output", output, dims.extents(), shape);
  }

  /** Of an output: its channels are last only if a layer says that they are its channels. */
  private Layout layout(View view) {
    Layout order = Layout.of(view);
    return order == Layout.CHANNELS_LAST
            && Channels.given(view.id(), wiring.graph()::node, inputsWithLast::containsValue)
        ? order
        : Layout.CHANNELS_FIRST;
  }

  /** Without the batch; a vector if there are more axes than a map has. */
  private static Shape outputShape(Shape dims) {
    List<Integer> extents = dims.extents();
    boolean batched = dims.rank() > 1 && dims.extent(0) == 1;
    Shape shape = batched ? new Shape(extents.subList(1, dims.rank())) : dims;
    return shape.rank() >= 1 && shape.rank() <= 3 ? shape : Shape.of((int) shape.size());
  }
}
