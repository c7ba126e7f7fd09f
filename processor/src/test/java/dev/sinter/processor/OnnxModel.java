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
import dev.sinter.processor.ir.Shape;
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
  Map<String, float[]> run(float[] x) throws OrtException {
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
