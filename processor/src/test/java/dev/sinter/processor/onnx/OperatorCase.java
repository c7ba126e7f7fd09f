package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import dev.sinter.processor.verify.Value;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;

/**
 * One operator with its attributes and what it reads: a part of a model, whose names begin with its
 * number, so that many make one model. All random numbers come of the number too.
 */
final class OperatorCase {
  private static final int IR_VERSION = 8;
  private static final double UNIT = 0x1p-24;

  private final int number;
  private final int opset;
  private final Random random;
  private final NodeProto.Builder node = NodeProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder();
  private final Map<String, float[]> inputs = new LinkedHashMap<>();
  private final Map<String, long[]> dims = new LinkedHashMap<>();
  private int roundings = 16;
  private boolean ofLargest;

  OperatorCase(int number, String operator, int opset) {
    this.number = number;
    this.opset = opset;
    random = new Random(31L * number + operator.hashCode());
    node.setOpType(operator).setName("n" + number);
  }

  int opset() {
    return opset;
  }

  String operator() {
    return node.getOpType();
  }

  // What it reads.

  /** An input of the model, normally distributed. */
  OperatorCase input(int... extents) {
    return input(x -> x, extents);
  }

  /** The same with a function applied. */
  OperatorCase input(DoubleUnaryOperator map, int... extents) {
    String name = "c" + number + "x" + node.getInputCount();
    node.addInput(name);
    inputs.put(name, numbers(map, extents));
    dims.put(name, Arrays.stream(extents).asLongStream().toArray());
    graph.addInput(declared(name, dims.get(name)));
    return this;
  }

  private float[] numbers(DoubleUnaryOperator map, int... extents) {
    float[] values = new float[Arrays.stream(extents).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) map.applyAsDouble(random.nextGaussian());
    }
    return values;
  }

  private static ValueInfoProto declared(String name, long... extents) {
    ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(name);
    TypeProto.Tensor.Builder type = value.getTypeBuilder().getTensorTypeBuilder();
    type.setElemType(TensorProto.DataType.FLOAT_VALUE);
    for (long extent : extents) {
      type.getShapeBuilder().addDimBuilder().setDimValue(extent);
    }
    return value.build();
  }

  /** A constant, normally distributed. */
  OperatorCase constant(int... extents) {
    return constant(x -> x, extents);
  }

  OperatorCase constant(DoubleUnaryOperator map, int... extents) {
    return values(numbers(map, extents), extents);
  }

  /** A constant of these values; a scalar without extents. */
  OperatorCase values(float[] values, int... extents) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(TensorProto.DataType.FLOAT_VALUE);
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return initializer(tensor, extents);
  }

  OperatorCase number(double value) {
    return values(new float[] {(float) value});
  }

  OperatorCase longs(long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDataType(TensorProto.DataType.INT64_VALUE);
    Arrays.stream(values).forEach(tensor::addInt64Data);
    return initializer(tensor, values.length);
  }

  private OperatorCase initializer(TensorProto.Builder tensor, int... extents) {
    String name = "c" + number + "w" + node.getInputCount();
    Arrays.stream(extents).forEach(tensor::addDims);
    graph.addInitializer(tensor.setName(name));
    node.addInput(name);
    return this;
  }

  /** An optional input that is left out. */
  OperatorCase absent() {
    node.addInput("");
    return this;
  }

  // Attributes.

  OperatorCase set(String name, long value) {
    attribute(name, AttributeType.INT).setI(value);
    return this;
  }

  OperatorCase list(String name, long... values) {
    Arrays.stream(values).forEach(attribute(name, AttributeType.INTS)::addInts);
    return this;
  }

  OperatorCase real(String name, double value) {
    attribute(name, AttributeType.FLOAT).setF((float) value);
    return this;
  }

  OperatorCase reals(String name, double... values) {
    AttributeProto.Builder attribute = attribute(name, AttributeType.FLOATS);
    Arrays.stream(values).forEach(value -> attribute.addFloats((float) value));
    return this;
  }

  OperatorCase text(String name, String value) {
    attribute(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value));
    return this;
  }

  private AttributeProto.Builder attribute(String name, AttributeType type) {
    return node.addAttributeBuilder().setName(name).setType(type);
  }

  /** So many terms are added up for one element, beside the few roundings of any operator. */
  OperatorCase terms(int count) {
    roundings = 16 + count;
    return this;
  }

  /** Nothing is computed. */
  OperatorCase exact() {
    roundings = 0;
    return this;
  }

  /**
   * An error is of the size of the largest input, and not of the element: weights of neighbours are
   * rounded as positions are; and around 0, ONNX Runtime's eˣ − 1 cancels.
   */
  OperatorCase ofLargest() {
    ofLargest = true;
    return this;
  }

  // What comes of it.

  /**
   * By how much an element may be off, given the result in double. What is less than the least
   * normal float has fewer digits, or is 0.
   */
  double allowed(Value result, int index) {
    if (roundings == 0) {
      return 0;
    }
    double magnitude = result.magnitude(index);
    if (ofLargest) {
      for (float[] values : inputs.values()) {
        for (float value : values) {
          magnitude = Math.max(magnitude, Math.abs(value));
        }
      }
    }
    return roundings * UNIT * magnitude + Float.MIN_NORMAL;
  }

  /** How many results it names; the first is compared. */
  OperatorCase results(int count) {
    for (int i = node.getOutputCount(); i < count; i++) {
      node.addOutput("c" + number + "y" + i);
    }
    return this;
  }

  List<String> outputs() {
    results(1);
    return node.getOutputList();
  }

  Map<String, float[]> inputs() {
    return inputs;
  }

  long[] dims(String input) {
    return dims.get(input).clone();
  }

  private void addTo(GraphProto.Builder all) {
    results(1);
    all.addNode(node)
        .addAllInput(graph.getInputList())
        .addAllInitializer(graph.getInitializerList());
    for (String output : outputs()) {
      ValueInfoProto.Builder value = ValueInfoProto.newBuilder().setName(output);
      boolean index = operator().startsWith("Arg");
      value
          .getTypeBuilder()
          .getTensorTypeBuilder()
          .setElemType(index ? TensorProto.DataType.INT64_VALUE : TensorProto.DataType.FLOAT_VALUE);
      all.addOutput(value);
    }
  }

  /** A model of these, all of one version. */
  static byte[] model(List<OperatorCase> cases) {
    GraphProto.Builder all = GraphProto.newBuilder().setName("cases");
    cases.forEach(one -> one.addTo(all));
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(cases.get(0).opset))
        .setGraph(all)
        .build()
        .toByteArray();
  }

  /** {@code "13 Resize x[1, 2, 5, 5] w[4] mode=linear"}. */
  @Override
  public String toString() {
    String read =
        dims.values().stream().map(Arrays::toString).collect(Collectors.joining(" x", "x", ""));
    String constants =
        graph.getInitializerList().stream()
            .map(
                tensor ->
                    " w"
                        + tensor.getDimsList()
                        + (tensor.getInt64DataCount() > 0
                            ? tensor.getInt64DataList()
                            : tensor.getFloatDataCount() < 9 ? tensor.getFloatDataList() : ""))
            .collect(Collectors.joining());
    String attributes =
        node.getAttributeList().stream().map(OperatorCase::written).collect(Collectors.joining());
    return opset + " " + operator() + " " + read + constants + attributes;
  }

  private static String written(AttributeProto attribute) {
    Object value =
        switch (attribute.getType()) {
          case INT -> attribute.getI();
          case INTS -> attribute.getIntsList();
          case FLOAT -> attribute.getF();
          case FLOATS -> attribute.getFloatsList();
          default -> attribute.getS().toStringUtf8();
        };
    return " " + attribute.getName() + "=" + value;
  }
}
