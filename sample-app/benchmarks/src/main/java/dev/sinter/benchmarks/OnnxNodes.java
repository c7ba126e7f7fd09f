package dev.sinter.benchmarks;

import dev.sinter.processor.OnnxModel;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes the values of a graph, as declared, as ONNX nodes: those that PyTorch's exporter writes
 * for a network in eval mode that leaves fusing to the runtime. It has what the recipes have.
 */
final class OnnxNodes implements Op.Visitor<OnnxModel.Node> {
  private final Graph graph;
  private final OnnxModel onnx;
  private final Node node;

  private OnnxNodes(Graph graph, OnnxModel onnx, Node node) {
    this.graph = graph;
    this.onnx = onnx;
    this.node = node;
  }

  /**
   * The model of a graph with one input.
   *
   * @return its file
   */
  static byte[] model(Graph graph) {
    OnnxModel onnx = new OnnxModel("network", graph.inputs().get(0).shape());
    List<Node> computed = new ArrayList<>(graph.nodes());
    computed.removeAll(graph.inputs());
    for (Node node : computed) {
      node.op().accept(new OnnxNodes(graph, onnx, node));
    }
    graph.outputs().forEach(output -> onnx.output(graph.node(output.id()).name()));
    return onnx.bytes();
  }

  /** The names of the values that the node reads, and of constants behind them. */
  private String[] inputs(String... constants) {
    List<String> names = new ArrayList<>();
    node.inputs().forEach(id -> names.add(graph.node(id).name()));
    names.addAll(Arrays.asList(constants));
    return names.toArray(String[]::new);
  }

  private OnnxModel.Node write(String type, String... constants) {
    return onnx.node(type, node.name(), inputs(constants));
  }

  private String tensor(String name, Tensor values, int... shape) {
    return onnx.constant(node.name() + "." + name, values.toFloats(), shape);
  }

  private String integers(String name, long... values) {
    return onnx.integers(node.name() + "." + name, values);
  }

  private boolean isSequence() {
    return graph.producer(node).shape().rank() == 2;
  }

  /** Rows and columns, or columns alone for sequences. */
  private long[] axes(long rows, long columns) {
    return isSequence() ? new long[] {columns} : new long[] {rows, columns};
  }

  private long[] axes(Window.Pair pair) {
    return axes(pair.height(), pair.width());
  }

  private OnnxModel.Node window(OnnxModel.Node written, Window window) {
    Window.Padding p = window.padding();
    return written
        .integers("kernel_shape", axes(window.kernel()))
        .integers("strides", axes(window.stride()))
        .integers("dilations", axes(window.dilation()))
        .integers(
            "pads",
            LongStream.concat(
                    Arrays.stream(axes(p.top(), p.left())),
                    Arrays.stream(axes(p.bottom(), p.right())))
                .toArray());
  }

  private String[] weighted(Tensor weight, @Nullable Tensor bias) {
    int[] shape = extents(weight.shape());
    if (shape.length == 4 && isSequence()) {
      shape = new int[] {shape[0], shape[1], shape[3]};
    }
    String weights = tensor("weight", weight, shape);
    return bias == null
        ? new String[] {weights}
        : new String[] {weights, tensor("bias", bias, bias.size())};
  }

  private static int[] extents(Shape shape) {
    return shape.extents().stream().mapToInt(extent -> extent).toArray();
  }

  @Override
  public OnnxModel.Node input(Op.Input op) {
    throw unknown("an input, which is computed by nobody");
  }

  @Override
  public OnnxModel.Node conv(Op.Conv op) {
    OnnxModel.Node conv = write("Conv", weighted(op.weight(), op.bias()));
    return window(conv, op.window()).integer("group", op.groups());
  }

  @Override
  public OnnxModel.Node convTranspose(Op.ConvTranspose op) {
    OnnxModel.Node conv = write("ConvTranspose", weighted(op.weight(), op.bias()));
    return window(conv, op.window())
        .integer("group", op.groups())
        .integers("output_padding", axes(op.extraRows(), op.extraColumns()));
  }

  @Override
  public OnnxModel.Node linear(Op.Linear op) {
    return write("Gemm", weighted(op.weight(), op.bias())).integer("transB", 1);
  }

  @Override
  public OnnxModel.Node batchNorm(Op.BatchNorm op) {
    int channels = op.gamma().size();
    return write(
            "BatchNormalization",
            tensor("weight", op.gamma(), channels),
            tensor("bias", op.beta(), channels),
            tensor("running_mean", op.mean(), channels),
            tensor("running_var", op.variance(), channels))
        .real("epsilon", op.epsilon());
  }

  @Override
  public OnnxModel.Node affine(Op.Affine op) {
    throw unknown("a normalization with constants, which no recipe has");
  }

  @Override
  public OnnxModel.Node activate(Op.Activate op) {
    Activation activation = op.activation();
    return switch (activation.kind()) {
      case RELU -> write("Relu");
      case RELU6 ->
          write(
              "Clip",
              onnx.constant(node.name() + ".min", new float[] {0}),
              onnx.constant(node.name() + ".max", new float[] {6}));
      case LEAKY_RELU -> write("LeakyRelu").real("alpha", activation.parameters().get(0));
      case SIGMOID -> write("Sigmoid");
      case HARD_SIGMOID -> write("HardSigmoid").real("alpha", 1 / 6.0);
      case HARD_SWISH -> write("HardSwish");
      case SILU -> {
        String gate = node.name() + ".gate";
        onnx.node("Sigmoid", gate, inputs());
        yield write("Mul", gate);
      }
      default -> throw unknown(activation.kind() + ", which no recipe has");
    };
  }

  @Override
  public OnnxModel.Node pool(Op.Pool op) {
    if (op.kind() == Op.Pool.Kind.MAX) {
      return window(write("MaxPool"), op.window()).flag("ceil_mode", op.ceil());
    }
    return window(write("AveragePool"), op.window())
        .flag("ceil_mode", op.ceil())
        .flag("count_include_pad", op.countPadding());
  }

  @Override
  public OnnxModel.Node globalPool(Op.GlobalPool op) {
    return write(op.kind() == Op.Pool.Kind.MAX ? "GlobalMaxPool" : "GlobalAveragePool");
  }

  /** ONNX adds two at a time. */
  @Override
  public OnnxModel.Node add(Op.Add op) {
    return pairwise("Add");
  }

  @Override
  public OnnxModel.Node multiply(Op.Multiply op) {
    return pairwise("Mul");
  }

  private OnnxModel.Node pairwise(String type) {
    String[] names = inputs();
    String sum = names[0];
    for (int i = 1; i < names.length - 1; i++) {
      String partial = node.name() + "." + i;
      onnx.node(type, partial, sum, names[i]);
      sum = partial;
    }
    return onnx.node(type, node.name(), sum, names[names.length - 1]);
  }

  @Override
  public OnnxModel.Node concat(Op.Concat op) {
    return write("Concat").integer("axis", 1);
  }

  @Override
  public OnnxModel.Node slice(Op.Slice op) {
    return write(
        "Slice",
        integers("starts", op.start()),
        integers("ends", op.end()),
        integers("axes", op.axis() + 1),
        integers("steps", op.step()));
  }

  /** As PyTorch programs write it: a reshape, a transposition, a reshape. */
  @Override
  public OnnxModel.Node channelShuffle(Op.ChannelShuffle op) {
    Shape shape = node.shape();
    long each = shape.channels() / op.groups();
    String name = node.name();
    String matrix = integers("matrix", 1, op.groups(), each, shape.height(), shape.width());
    String result = integers("shape", 1, shape.channels(), shape.height(), shape.width());
    onnx.node("Reshape", name + ".split", inputs(matrix));
    onnx.node("Transpose", name + ".transposed", name + ".split").integers("perm", 0, 2, 1, 3, 4);
    return onnx.node("Reshape", name, name + ".transposed", result);
  }

  @Override
  public OnnxModel.Node pad(Op.Pad op) {
    Window.Padding p = op.padding();
    return write(
        "Pad",
        integers("pads", 0, op.before(), p.top(), p.left(), 0, op.after(), p.bottom(), p.right()),
        onnx.constant(node.name() + ".value", new float[] {(float) op.value()}));
  }

  @Override
  public OnnxModel.Node upsample(Op.Upsample op) {
    if (op.mode() != Op.Upsample.Mode.NEAREST) {
      throw unknown(op.mode() + ", which no recipe has");
    }
    String sizes = integers("sizes", 1, node.shape().channels(), op.height(), op.width());
    return write("Resize", "", "", sizes)
        .text("coordinate_transformation_mode", "asymmetric")
        .text("mode", "nearest")
        .text("nearest_mode", "floor");
  }

  @Override
  public OnnxModel.Node flatten(Op.Flatten op) {
    return write("Flatten");
  }

  @Override
  public OnnxModel.Node reshape(Op.Reshape op) {
    long[] shape =
        LongStream.concat(
                LongStream.of(1), op.shape().extents().stream().mapToLong(extent -> extent))
            .toArray();
    return write("Reshape", integers("shape", shape));
  }

  @Override
  public OnnxModel.Node softmax(Op.Softmax op) {
    return write("Softmax").integer("axis", 1);
  }

  @Override
  public OnnxModel.Node identity(Op.Identity op) {
    return write("Identity");
  }

  @Override
  public OnnxModel.Node constant(Op.Constant op) {
    throw unknown("of imported models only");
  }

  @Override
  public OnnxModel.Node elementwise(Op.Elementwise op) {
    throw unknown("of imported models only");
  }

  @Override
  public OnnxModel.Node binary(Op.Binary op) {
    throw unknown("of imported models only");
  }

  @Override
  public OnnxModel.Node reduce(Op.Reduce op) {
    throw unknown("of imported models only");
  }

  @Override
  public OnnxModel.Node normalization(Op.Normalization op) {
    throw unknown("of imported models only");
  }

  @Override
  public OnnxModel.Node rearrange(Op.Rearrange op) {
    throw unknown("of imported models only");
  }

  @Override
  public OnnxModel.Node resample(Op.Resample op) {
    throw unknown("of imported models only");
  }

  private IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException(node.name() + " is " + what);
  }
}
