package dev.sinter.processor;

import ai.onnx.proto.OnnxMl;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes an ONNX model of one input, called {@code "input"}, and runs it for one image. */
public final class OnnxModel {
  /** The first that has Gelu. */
  private static final int OPSET = 20;

  private static final int IR_VERSION = 10;

  private final Shape input;
  private final OnnxMl.GraphProto.Builder graph = OnnxMl.GraphProto.newBuilder();

  /**
   * A model without nodes.
   *
   * @param input without the batch
   */
  public OnnxModel(String name, Shape input) {
    this.input = input;
    graph.setName(name);
    OnnxMl.TypeProto.Tensor.Builder type = value(graph.addInputBuilder(), "input");
    type.getShapeBuilder().addDimBuilder().setDimValue(1);
    input.extents().forEach(extent -> type.getShapeBuilder().addDimBuilder().setDimValue(extent));
  }

  /** Adds a node; what it is given may be inputs, results of others, or constants. */
  public Node node(String type, String result, String... inputs) {
    OnnxMl.NodeProto.Builder node = graph.addNodeBuilder();
    node.setOpType(type).setName(result).addAllInput(Arrays.asList(inputs)).addOutput(result);
    return new Node(node);
  }

  /** An activation function, written out where there is no operator for it. */
  public void activation(String result, String from, Activation activation) {
    double parameter = activation.parameters().isEmpty() ? 0 : activation.parameters().get(0);
    switch (activation.kind()) {
      case RELU -> node("Relu", result, from);
      case RELU6 ->
          node(
              "Clip",
              result,
              from,
              constant(result + ".min", new float[] {0}),
              constant(result + ".max", new float[] {6}));
      case SELU -> node("Selu", result, from);
      case GELU -> node("Gelu", result, from);
      case SIGMOID -> node("Sigmoid", result, from);
      case TANH -> node("Tanh", result, from);
      case HARD_SIGMOID -> node("HardSigmoid", result, from).real("alpha", 1 / 6.0);
      case HARD_SWISH -> node("HardSwish", result, from);
      case MISH -> node("Mish", result, from);
      case SILU -> {
        node("Sigmoid", result + ".gate", from);
        node("Mul", result, from, result + ".gate");
      }
      case LEAKY_RELU -> node("LeakyRelu", result, from).real("alpha", parameter);
      case ELU -> node("Elu", result, from).real("alpha", parameter);
      case SOFTPLUS -> node("Softplus", result, from);
      default -> throw new IllegalArgumentException(activation + " is no operator of ONNX");
    }
  }

  /** A node whose attributes are being written. */
  public record Node(OnnxMl.NodeProto.Builder builder) {
    public Node integers(String name, long... values) {
      Arrays.stream(values).forEach(attribute(name, AttributeType.INTS)::addInts);
      return this;
    }

    public Node integer(String name, long value) {
      attribute(name, AttributeType.INT).setI(value);
      return this;
    }

    public Node flag(String name, boolean value) {
      return integer(name, value ? 1 : 0);
    }

    public Node real(String name, double value) {
      attribute(name, AttributeType.FLOAT).setF((float) value);
      return this;
    }

    public Node text(String name, String value) {
      attribute(name, AttributeType.STRING).setS(ByteString.copyFromUtf8(value));
      return this;
    }

    /**
     * The attributes of a window.
     *
     * @param axes of the map: two, or one for a sequence
     */
    public Node window(Window window, int axes) {
      Window.Padding p = window.padding();
      Node node =
          pair("kernel_shape", window.kernel(), axes).pair("strides", window.stride(), axes);
      return axes == 2
          ? node.integers("pads", p.top(), p.left(), p.bottom(), p.right())
          : node.integers("pads", p.left(), p.right());
    }

    /** One number for each axis of the map. */
    public Node pair(String name, Window.Pair pair, int axes) {
      return axes == 2 ? integers(name, pair.height(), pair.width()) : integers(name, pair.width());
    }

    private OnnxMl.AttributeProto.Builder attribute(String name, AttributeType type) {
      return builder.addAttributeBuilder().setName(name).setType(type);
    }
  }

  /**
   * Adds a constant; a scalar if no shape is given.
   *
   * @return its name
   */
  public String constant(String name, float[] values, int... shape) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    graph
        .addInitializerBuilder()
        .setName(name)
        .setDataType(OnnxMl.TensorProto.DataType.FLOAT_VALUE)
        .setRawData(ByteString.copyFrom(bytes))
        .addAllDims(Arrays.stream(shape).asLongStream().boxed().toList());
    return name;
  }

  /**
   * Adds a list of integers, such as a shape.
   *
   * @return its name
   */
  public String integers(String name, long... values) {
    graph
        .addInitializerBuilder()
        .setName(name)
        .setDataType(OnnxMl.TensorProto.DataType.INT64_VALUE)
        .addAllInt64Data(Arrays.stream(values).boxed().toList())
        .addDims(values.length);
    return name;
  }

  public void output(String name) {
    value(graph.addOutputBuilder(), name);
  }

  private static OnnxMl.TypeProto.Tensor.Builder value(
      OnnxMl.ValueInfoProto.Builder value, String name) {
    return value
        .setName(name)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .setElemType(OnnxMl.TensorProto.DataType.FLOAT_VALUE);
  }

  /**
   * Every output by ONNX Runtime, in one thread and without its optimizations, which fold batch
   * normalizations too.
   */
  public Map<String, float[]> run(float[] x) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      // It warns where its shape inference counts more windows in ceil mode than its kernels do.
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      try (OrtSession session = environment.createSession(bytes(), options);
          OnnxTensor tensor = OnnxTensor.createTensor(environment, FloatBuffer.wrap(x), batch());
          OrtSession.Result result = session.run(Map.of("input", tensor))) {
        Map<String, float[]> outputs = new LinkedHashMap<>();
        for (Map.Entry<String, OnnxValue> output : result) {
          outputs.put(output.getKey(), ((OnnxTensor) output.getValue()).getFloatBuffer().array());
        }
        return outputs;
      }
    }
  }

  /** The model as a file. */
  public byte[] bytes() {
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /** A batch of one image. */
  private long[] batch() {
    long[] shape = new long[input.rank() + 1];
    Arrays.setAll(shape, axis -> axis == 0 ? 1 : input.extent(axis - 1));
    return shape;
  }
}
