package dev.sinter.processor;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Writes a graph with one input as an ONNX model, as an exporter of a framework would. */
public final class OnnxExport {
  private final Graph graph;
  private final OnnxModel onnx;

  private OnnxExport(Graph graph, String name) {
    this.graph = graph;
    this.onnx = new OnnxModel(name, graph.inputs().get(0).shape());
  }

  /** The model of a graph that has only operators that ONNX has too. */
  public static OnnxModel of(Graph graph, String name) {
    OnnxExport export = new OnnxExport(graph, name);
    graph.nodes().forEach(export::write);
    graph.outputs().forEach(output -> export.onnx.output(export.name(output.id())));
    return export.onnx;
  }

  private String name(int id) {
    Node node = graph.node(id);
    return node.op() instanceof Op.Input ? "input" : node.name();
  }

  private void write(Node node) {
    Op op = node.op();
    String name = node.name();
    String[] from = node.inputs().stream().map(this::name).toArray(String[]::new);
    int axes = node.shape().rank() - 1;
    if (op instanceof Op.Conv conv) {
      onnx.node("Conv", name, weighted(node, conv.weight(), conv.bias(), axes))
          .window(conv.window(), axes)
          .pair("dilations", conv.window().dilation(), axes)
          .integer("group", conv.groups());
    } else if (op instanceof Op.ConvTranspose conv) {
      onnx.node("ConvTranspose", name, weighted(node, conv.weight(), conv.bias(), axes))
          .window(conv.window(), axes)
          .pair("dilations", conv.window().dilation(), axes)
          .integer("group", conv.groups());
    } else if (op instanceof Op.Linear linear) {
      onnx.node("Gemm", name, weighted(node, linear.weight(), linear.bias(), 0))
          .integer("transB", 1);
    } else if (op instanceof Op.BatchNorm norm) {
      onnx.node(
              "BatchNormalization",
              name,
              from[0],
              tensor(name + ".weight", norm.gamma(), norm.gamma().shape()),
              tensor(name + ".bias", norm.beta(), norm.beta().shape()),
              tensor(name + ".running_mean", norm.mean(), norm.mean().shape()),
              tensor(name + ".running_var", norm.variance(), norm.variance().shape()))
          .real("epsilon", norm.epsilon());
    } else if (op instanceof Op.Activate activate) {
      onnx.activation(name, from[0], activate.activation());
    } else if (op instanceof Op.Pool pool) {
      boolean max = pool.kind() == Op.Pool.Kind.MAX;
      OnnxModel.Node written = onnx.node(max ? "MaxPool" : "AveragePool", name, from);
      written.window(pool.window(), axes).flag("ceil_mode", pool.ceil());
      if (!max) {
        written.flag("count_include_pad", pool.countPadding());
      }
    } else if (op instanceof Op.GlobalPool pool) {
      boolean max = pool.kind() == Op.Pool.Kind.MAX;
      onnx.node(max ? "GlobalMaxPool" : "GlobalAveragePool", name, from);
    } else {
      writeMoving(node, from);
    }
  }

  /** What has no weights. */
  private void writeMoving(Node node, String[] from) {
    Op op = node.op();
    String name = node.name();
    if (op instanceof Op.Add) {
      onnx.node(from.length == 2 ? "Add" : "Sum", name, from);
    } else if (op instanceof Op.Multiply) {
      onnx.node("Mul", name, from);
    } else if (op instanceof Op.Concat) {
      onnx.node("Concat", name, from).integer("axis", 1);
    } else if (op instanceof Op.Softmax) {
      onnx.node("Softmax", name, from).integer("axis", 1);
    } else if (op instanceof Op.Flatten) {
      onnx.node("Flatten", name, from);
    } else if (op instanceof Op.Reshape) {
      onnx.node("Reshape", name, from[0], shape(name + ".shape", node.shape()));
    } else if (op instanceof Op.Identity) {
      onnx.node("Identity", name, from);
    } else if (op instanceof Op.Slice slice) {
      onnx.node(
          "Slice",
          name,
          from[0],
          onnx.integers(name + ".starts", slice.start()),
          onnx.integers(name + ".ends", slice.end()),
          onnx.integers(name + ".axes", slice.axis() + 1),
          onnx.integers(name + ".steps", slice.step()));
    } else if (op instanceof Op.ChannelShuffle shuffle) {
      Shape shape = node.shape();
      int groups = shuffle.groups();
      onnx.node(
          "Reshape",
          name + ".matrix",
          from[0],
          onnx.integers(
              name + ".split",
              1,
              groups,
              shape.channels() / groups,
              shape.height(),
              shape.width()));
      onnx.node("Transpose", name + ".transposed", name + ".matrix")
          .integers("perm", 0, 2, 1, 3, 4);
      onnx.node("Reshape", name, name + ".transposed", shape(name + ".joined", shape));
    } else if (op instanceof Op.Upsample upsample) {
      boolean nearest = upsample.mode() == Op.Upsample.Mode.NEAREST;
      String half = upsample.alignCorners() ? "align_corners" : "half_pixel";
      onnx.node("Resize", name, from[0], "", "", shape(name + ".sizes", node.shape()))
          .text("mode", nearest ? "nearest" : "linear")
          .text("coordinate_transformation_mode", nearest ? "asymmetric" : half)
          .text("nearest_mode", "floor");
    } else if (!(op instanceof Op.Input)) {
      throw new IllegalArgumentException("how ONNX writes " + op);
    }
  }

  private String[] weighted(Node node, Tensor weight, @Nullable Tensor bias, int axes) {
    Shape shape = weight.shape();
    Shape own = axes == 1 ? Shape.of(shape.extent(0), shape.extent(1), shape.extent(3)) : shape;
    String from = name(node.inputs().get(0));
    String weights = tensor(node.name() + ".weight", weight, own);
    return bias == null
        ? new String[] {from, weights}
        : new String[] {from, weights, tensor(node.name() + ".bias", bias, bias.shape())};
  }

  private String tensor(String name, Tensor values, Shape shape) {
    int[] extents = shape.extents().stream().mapToInt(extent -> extent).toArray();
    return onnx.constant(name, values.toFloats(), extents);
  }

  /** With the batch. */
  private String shape(String name, Shape shape) {
    List<Integer> extents = shape.extents();
    LongStream all =
        LongStream.concat(LongStream.of(1), extents.stream().mapToLong(extent -> extent));
    return onnx.integers(name, all.toArray());
  }
}
