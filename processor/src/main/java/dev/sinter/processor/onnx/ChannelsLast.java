package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Nodes that read values with the channels last, between the transposes of TensorFlow's exporters.
 * Those that name axes become the same nodes on the values below, which have the channels first, so
 * that nothing is moved: their axes are renamed, and their results are views with the channels last
 * again.
 */
final class ChannelsLast {
  private static final Set<String> COMBINE =
      Set.of("Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Sum", "Mean");

  /** Of their first input; the others, if there are any, are numbers. */
  private static final Set<String> FUNCTIONS =
      Set.of(
          "Relu",
          "LeakyRelu",
          "Elu",
          "Selu",
          "Gelu",
          "Sigmoid",
          "HardSigmoid",
          "HardSwish",
          "Mish",
          "Tanh",
          "Softplus",
          "Clip",
          "Neg",
          "Sqrt",
          "Abs",
          "Exp",
          "Log",
          "Reciprocal");

  private static final Set<String> NAME_AXES =
      Set.of(
          "Concat",
          "Pad",
          "Split",
          "Slice",
          "ReduceMean",
          "ReduceSum",
          "ReduceMax",
          "ReduceMin",
          "ReduceL1",
          "ReduceL2");

  /** A node and what it reads. */
  record Reading(NodeProto node, List<Optional<Operand>> inputs) {}

  private final IntFunction<Shape> shapes;
  private final int rank;

  private ChannelsLast(IntFunction<Shape> shapes, int rank) {
    this.shapes = shapes;
    this.rank = rank;
  }

  /**
   * The node on values with the channels first, if there is such.
   *
   * @param shapes of the values of the graph
   */
  static Optional<Reading> undone(
      NodeProto node, List<Optional<Operand>> inputs, IntFunction<Shape> shapes) {
    Optional<View> last =
        inputs.stream()
            .flatMap(Optional::stream)
            .filter(View.class::isInstance)
            .map(View.class::cast)
            .filter(view -> isLast(view, shapes.apply(view.id())))
            .findFirst();
    return last.flatMap(view -> new ChannelsLast(shapes, view.dims().rank()).reading(node, inputs));
  }

  /** A result of that node as the model has it. */
  static Operand redone(Operand result) {
    if (!(result instanceof View view)) {
      return result;
    }
    List<Integer> extents = new ArrayList<>(view.dims().extents());
    extents.add(extents.remove(1));
    int channels = view.dims().extent(1);
    int plane = channels == 0 ? 0 : view.size() / channels;
    int[] from = new int[view.size()];
    for (int i = 0; i < from.length; i++) {
      from[i] = i % channels * plane + i / channels;
    }
    return view.rearranged(new Shape(extents), from);
  }

  /**
   * Whether a view has its channels last. [1, 1, 1, C] has, as a gate that was pooled of a map with
   * the channels last, and [1, H, W, 1], one number for each place, though neither is out of order.
   */
  private static boolean isLast(View view, Shape base) {
    int rank = view.dims().rank();
    if (!view.isOrdered()) {
      return Layout.of(view) == Layout.CHANNELS_LAST;
    }
    if (rank < 3 || rank > 4 || view.size() < 2 || Call.batched(base).equals(view.dims())) {
      return false;
    }
    int last = view.dims().extent(rank - 1);
    return base.size() == view.size()
        && base.channels() == last
        && (last == view.size() || last == 1);
  }

  private Optional<Reading> reading(NodeProto node, List<Optional<Operand>> inputs) {
    boolean combines = COMBINE.contains(node.getOpType());
    if (!combines
        && !FUNCTIONS.contains(node.getOpType())
        && !NAME_AXES.contains(node.getOpType())) {
      return Optional.empty();
    }
    List<Optional<Operand>> changed = new ArrayList<>(inputs);
    boolean all = combines || node.getOpType().equals("Concat");
    for (int i = 0; i < (all ? inputs.size() : 1); i++) {
      Optional<Operand> first = inputs.get(i).flatMap(this::channelsFirst);
      if (first.isEmpty()) {
        return Optional.empty();
      }
      changed.set(i, first);
    }
    return switch (node.getOpType()) {
      case "Concat", "Split" -> Optional.of(new Reading(withAxis(node), changed));
      case "Pad" -> padding(node, changed);
      case "Slice" -> slicing(node, changed);
      case "ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2" ->
          reducing(node, changed);
      default -> Optional.of(new Reading(node, changed));
    };
  }

  /** A value below one with the channels last. */
  private Optional<Operand> channelsFirst(Operand operand) {
    if (!(operand instanceof View view)) {
      boolean isNumber = operand.dims().size() == 1 && operand.dims().rank() <= rank;
      return isNumber ? Optional.of(operand) : Optional.empty();
    }
    if (view.dims().rank() != rank) {
      return Optional.empty();
    }
    List<Integer> extents = new ArrayList<>(view.dims().extents());
    extents.add(1, extents.remove(rank - 1));
    Shape first = new Shape(extents);
    return isLast(view, shapes.apply(view.id()))
        ? Optional.of(View.of(view.id(), first))
        : Optional.empty();
  }

  /** Where an axis stands when the channels are first. */
  private long renamed(long written) {
    long axis = written < 0 ? written + rank : written;
    if (axis < 1 || axis >= rank) {
      return written; // the batch, or a mistake
    }
    return axis == rank - 1 ? 1 : axis + 1;
  }

  private NodeProto withAxis(NodeProto node) {
    NodeProto.Builder changed = node.toBuilder();
    for (AttributeProto.Builder attribute : changed.getAttributeBuilderList()) {
      if (attribute.getName().equals("axis")) {
        attribute.setI(renamed(attribute.getI()));
      }
    }
    return changed.build();
  }

  /** All axes, or since version 18 those named by an input; attributes up to version 10. */
  private Optional<Reading> padding(NodeProto node, List<Optional<Operand>> inputs) {
    if (inputs.size() > 3 && inputs.get(3).isPresent()) {
      return renamedInput(node, inputs, 3);
    }
    if (inputs.size() < 2
        || !(inputs.get(1).orElse(null) instanceof Constant pads)
        || pads.values().size() != 2 * rank) {
      return Optional.empty();
    }
    List<Long> written = pads.longs();
    long[] moved = new long[2 * rank];
    for (int axis = 0; axis < rank; axis++) {
      moved[(int) renamed(axis)] = written.get(axis);
      moved[rank + (int) renamed(axis)] = written.get(rank + axis);
    }
    inputs.set(1, Optional.of(Constant.integers(pads.name(), pads.dims(), moved)));
    return Optional.of(new Reading(node, inputs));
  }

  private Optional<Reading> slicing(NodeProto node, List<Optional<Operand>> inputs) {
    if (inputs.size() > 3 && inputs.get(3).isPresent()) {
      return renamedInput(node, inputs, 3);
    }
    if (inputs.size() < 3 || !(inputs.get(1).orElse(null) instanceof Constant starts)) {
      return Optional.empty();
    }
    long[] axes = IntStream.range(0, starts.values().size()).mapToLong(this::renamed).toArray();
    while (inputs.size() < 4) {
      inputs.add(Optional.empty());
    }
    inputs.set(3, Optional.of(Constant.integers("axes", Shape.of(axes.length), axes)));
    return Optional.of(new Reading(node, inputs));
  }

  /** With as many axes as before; they are an attribute up to version 17, and an input later. */
  private Optional<Reading> reducing(NodeProto node, List<Optional<Operand>> inputs) {
    NodeProto.Builder changed = node.toBuilder();
    boolean named = false;
    for (AttributeProto.Builder attribute : changed.getAttributeBuilderList()) {
      if (attribute.getName().equals("keepdims") && attribute.getI() == 0) {
        return Optional.empty();
      }
      if (attribute.getName().equals("axes")) {
        named = true;
        for (int i = 0; i < attribute.getIntsCount(); i++) {
          attribute.setInts(i, renamed(attribute.getInts(i)));
        }
      }
    }
    return named
        ? Optional.of(new Reading(changed.build(), inputs))
        : inputs.size() > 1 ? renamedInput(node, inputs, 1) : Optional.empty();
  }

  private Optional<Reading> renamedInput(
      NodeProto node, List<Optional<Operand>> inputs, int index) {
    if (!(inputs.get(index).orElse(null) instanceof Constant axes)) {
      return Optional.empty();
    }
    long[] renamed =
        axes.longs().stream().flatMapToLong(axis -> LongStream.of(renamed(axis))).toArray();
    inputs.set(index, Optional.of(Constant.integers(axes.name(), axes.dims(), renamed)));
    return Optional.of(new Reading(node, inputs));
  }
}
