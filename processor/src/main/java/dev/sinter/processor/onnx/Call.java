package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One node of a model: its attributes, what it reads, and what it gives. */
final class Call {
  private final NodeProto node;
  private final String name;
  private final int version;
  private final Wiring wiring;
  private final List<Optional<Operand>> inputs;
  private final Map<String, AttributeProto> attributes = new HashMap<>();
  private final Map<Integer, Operand> results = new HashMap<>();
  private boolean added;

  /**
   * A node.
   *
   * @param name of its layers
   * @param version of the operator set
   * @param inputs nothing for those that are left out
   */
  Call(NodeProto node, String name, int version, Wiring wiring, List<Optional<Operand>> inputs) {
    this.node = node;
    this.name = name;
    this.version = version;
    this.wiring = wiring;
    this.inputs = inputs;
    node.getAttributeList().forEach(attribute -> attributes.put(attribute.getName(), attribute));
  }

  NodeProto node() {
    return node;
  }

  String type() {
    return node.getOpType();
  }

  String name() {
    return name;
  }

  /** The version of the operator set. */
  int version() {
    return version;
  }

  Wiring wiring() {
    return wiring;
  }

  /** The results by their position. */
  Map<Integer, Operand> results() {
    return results;
  }

  // Attributes.

  boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  long integer(String attribute, long otherwise) throws Refusal {
    AttributeProto value = typed(attribute, AttributeType.INT);
    return value == null ? otherwise : value.getI();
  }

  boolean flag(String attribute) throws Refusal {
    return integer(attribute, 0) != 0;
  }

  double real(String attribute, double otherwise) throws Refusal {
    AttributeProto value = typed(attribute, AttributeType.FLOAT);
    return value == null ? otherwise : value.getF();
  }

  String text(String attribute, String otherwise) throws Refusal {
    AttributeProto value = typed(attribute, AttributeType.STRING);
    return value == null ? otherwise : value.getS().toStringUtf8();
  }

  List<Long> integers(String attribute) throws Refusal {
    AttributeProto value = typed(attribute, AttributeType.INTS);
    return value == null ? List.of() : value.getIntsList();
  }

  List<Float> reals(String attribute) throws Refusal {
    AttributeProto value = typed(attribute, AttributeType.FLOATS);
    return value == null ? List.of() : value.getFloatsList();
  }

  /** The tensor in an attribute, if it is there. */
  Optional<Constant> tensor(String attribute) throws Refusal {
    AttributeProto value = typed(attribute, AttributeType.TENSOR);
    return value == null ? Optional.empty() : Optional.of(wiring.constant(name, value.getT()));
  }

  private @Nullable AttributeProto typed(String attribute, AttributeType type) throws Refusal {
    AttributeProto value = attributes.get(attribute);
    if (value != null && value.getType() != type) {
      throw new Refusal("has the attribute '" + attribute + "', which is no " + type);
    }
    return value;
  }

  /** An integer that fits an int. */
  static int exact(long value) throws Refusal {
    if (value != (int) value) {
      throw new Refusal("has the number " + value + ", which is too large for an extent");
    }
    return (int) value;
  }

  // What it reads.

  int inputs() {
    return inputs.size();
  }

  boolean hasInput(int index) {
    return index < inputs.size() && inputs.get(index).isPresent();
  }

  Operand input(int index) throws Refusal {
    if (!hasInput(index)) {
      throw new Refusal("lacks its input " + index);
    }
    return inputs.get(index).orElseThrow();
  }

  /** An input that is computed. */
  View view(int index) throws Refusal {
    if (input(index) instanceof View view) {
      return view;
    }
    throw new Refusal("reads the constant '" + node.getInput(index) + "' where a value must be");
  }

  /**
   * An input that is known while compiling.
   *
   * @param what it is called in the definition of the operator
   */
  Constant constant(int index, String what) throws Refusal {
    if (input(index) instanceof Constant constant) {
      return constant;
    }
    throw new Refusal(
        "computes its "
            + what
            + " '"
            + node.getInput(index)
            + "' from the input; it must be a constant");
  }

  /** A constant of one number. */
  double scalar(int index, String what) throws Refusal {
    Constant constant = constant(index, what);
    if (constant.values().size() != 1) {
      throw new Refusal(
          "has the " + what + " '" + constant.name() + "' of shape " + constant.dims());
    }
    return constant.values().get(0);
  }

  /** Trained numbers: a constant, all of it finite. */
  Tensor weights(int index, String what) throws Refusal {
    Constant constant = constant(index, what);
    Tensor values = constant.values();
    for (int i = 0; i < values.size(); i++) {
      if (!Float.isFinite((float) values.get(i))) {
        throw new Refusal(
            "has the "
                + what
                + " '"
                + constant.name()
                + "', whose element "
                + i
                + " is "
                + values.get(i)
                + "; every parameter must be a finite float");
      }
    }
    return values;
  }

  /** Integers that an attribute has in old versions and an input in new ones; empty if neither. */
  List<Long> integers(String attribute, int index) throws Refusal {
    return hasInput(index) ? constant(index, attribute).longs() : integers(attribute);
  }

  /** The id of an input as the graph has values: without the batch, in order. */
  int value(int index) throws Refusal {
    return wiring.settled(this, view(index));
  }

  // What it gives.

  /** Adds a value to the graph. */
  int add(Op op, Integer... inputs) throws Refusal {
    return add(op, Arrays.asList(inputs));
  }

  int add(Op op, List<Integer> inputs) throws Refusal {
    // An operator of several layers has a name for each.
    String own = added ? wiring.names().unique(name, type()) : name;
    added = true;
    return add(own, op, inputs);
  }

  /** Adds what puts an input in order before the operator reads it, which keeps its own name. */
  int arrange(Op op, int input) throws Refusal {
    String kind = op.getClass().getSimpleName();
    return add(wiring.names().unique(kind, kind), op, List.of(input));
  }

  private int add(String own, Op op, List<Integer> inputs) throws Refusal {
    try {
      return wiring.graph().add(own, op, inputs);
    } catch (IllegalArgumentException unfit) {
      throw new Refusal(String.valueOf(unfit.getMessage()));
    }
  }

  Shape shape(int id) {
    return wiring.graph().shape(id);
  }

  /** Gives a value of the graph as the only result, with a batch of 1. */
  void give(int id) {
    give(0, View.of(id, batched(shape(id))));
  }

  void give(int index, Operand result) {
    results.put(index, result);
  }

  /** Adds a value, and gives it. */
  void give(Op op, Integer... inputs) throws Refusal {
    give(add(op, inputs));
  }

  static Shape batched(Shape shape) {
    List<Integer> dims = new ArrayList<>(shape.extents());
    dims.add(0, 1);
    return new Shape(dims);
  }

  /** An axis that may count from the end. */
  static int axis(long written, int rank) throws Refusal {
    long axis = written < 0 ? written + rank : written;
    if (axis < 0 || axis >= rank) {
      throw new Refusal("has the axis " + written + " of a value with " + rank);
    }
    return (int) axis;
  }
}
