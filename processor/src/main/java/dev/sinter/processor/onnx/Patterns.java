package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Activation.Kind;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Layers that exporters write out in several operators become the layers that they mean. */
final class Patterns {
  private Patterns() {}

  /** The graph with each pattern replaced, so often as there is one. */
  static Graph recognized(Graph graph) {
    Graph current = graph;
    Optional<Graph> next = Optional.of(graph);
    while (next.isPresent()) {
      current = next.get();
      next = one(current);
    }
    return current;
  }

  private static Optional<Graph> one(Graph graph) {
    for (Node node : graph.nodes()) {
      Optional<Graph> rewritten =
          product(graph, node)
              .or(() -> hardSigmoid(graph, node))
              .or(() -> relu6(graph, node))
              .or(() -> bias(graph, node))
              .or(() -> affine(graph, node));
      if (rewritten.isPresent()) {
        return rewritten;
      }
    }
    return Optional.empty();
  }

  /** x·σ(x) is SiLU, x·hardσ(x) hard swish, x·tanh(softplus(x)) Mish. */
  private static Optional<Graph> product(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Multiply) || node.inputs().size() != 2) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      int x = node.inputs().get(side);
      Node gate = graph.node(node.inputs().get(1 - side));
      Kind kind =
          isOf(gate, Kind.SIGMOID, x)
              ? Kind.SILU
              : isOf(gate, Kind.HARD_SIGMOID, x) ? Kind.HARD_SWISH : null;
      if (kind == null && isActivation(gate, Kind.TANH) && isSoftplus(graph.producer(gate), x)) {
        kind = Kind.MISH;
      }
      if (kind != null) {
        return Optional.of(replaced(graph, node, new Op.Activate(Activation.of(kind)), x));
      }
    }
    return Optional.empty();
  }

  private static boolean isSoftplus(Node node, int x) {
    return isOf(node, Kind.SOFTPLUS, x)
        && node.op() instanceof Op.Activate softplus
        && softplus.activation().parameters().equals(List.of(1.0));
  }

  /** relu6(x + 3)/6, and x·relu6(x + 3)/6. */
  private static Optional<Graph> hardSigmoid(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Affine sixth)
        || !isConstant(sixth, (float) (1 / 6.0), 0)
        || !sixth.activation().isNone()) {
      return Optional.empty();
    }
    Node inner = graph.producer(node);
    Integer shifted = shiftedInput(graph, inner);
    if (shifted != null) {
      return Optional.of(
          replaced(graph, node, new Op.Activate(Activation.of(Kind.HARD_SIGMOID)), shifted));
    }
    if (inner.op() instanceof Op.Multiply && inner.inputs().size() == 2) {
      for (int side = 0; side < 2; side++) {
        int x = inner.inputs().get(side);
        Integer gated = shiftedInput(graph, graph.node(inner.inputs().get(1 - side)));
        if (gated != null && gated == x) {
          return Optional.of(
              replaced(graph, node, new Op.Activate(Activation.of(Kind.HARD_SWISH)), x));
        }
      }
    }
    return Optional.empty();
  }

  /** The x of relu6(x + 3). */
  private static @Nullable Integer shiftedInput(Graph graph, Node node) {
    if (!isActivation(node, Kind.RELU6)) {
      return null;
    }
    Node shift = graph.producer(node);
    return shift.op() instanceof Op.Affine three
            && three.activation().isNone()
            && isConstant(three, 1, 3)
        ? shift.inputs().get(0)
        : null;
  }

  /** PyTorch exports ReLU6 as ReLU and then Clip. */
  private static Optional<Graph> relu6(Graph graph, Node node) {
    if (!isActivation(node, Kind.RELU6) || !isActivation(graph.producer(node), Kind.RELU)) {
      return Optional.empty();
    }
    return Optional.of(replaced(graph, node, node.op(), graph.producer(node).inputs().get(0)));
  }

  private static boolean isConstant(Op.Affine affine, float scale, float shift) {
    return IntStream.range(0, affine.scale().size())
        .allMatch(
            c -> (float) affine.scale().get(c) == scale && (float) affine.shift().get(c) == shift);
  }

  private static boolean isActivation(Node node, Kind kind) {
    return node.op() instanceof Op.Activate activate && activate.activation().kind() == kind;
  }

  private static boolean isOf(Node node, Kind kind, int x) {
    return isActivation(node, kind) && node.inputs().get(0) == x;
  }

  /** A constant added to a convolution or a linear layer without bias is its bias. */
  private static Optional<Graph> bias(Graph graph, Node node) {
    if (!isShift(node) || !graph.hasOneUse(graph.producer(node))) {
      return Optional.empty();
    }
    Tensor bias = ((Op.Affine) node.op()).shift();
    Node producer = graph.producer(node);
    Op with = null;
    if (producer.op() instanceof Op.Linear linear
        && linear.bias() == null
        && linear.activation().isNone()) {
      with = new Op.Linear(linear.weight(), bias, Activation.NONE);
    } else if (producer.op() instanceof Op.Conv conv
        && conv.bias() == null
        && conv.activation().isNone()) {
      with = new Op.Conv(conv.window(), conv.groups(), conv.weight(), bias, Activation.NONE);
    } else if (producer.op() instanceof Op.ConvTranspose conv
        && conv.bias() == null
        && conv.activation().isNone()) {
      with =
          new Op.ConvTranspose(
              conv.window(),
              conv.extraRows(),
              conv.extraColumns(),
              conv.groups(),
              conv.weight(),
              bias,
              Activation.NONE);
    }
    return with == null ? Optional.empty() : Optional.of(merged(graph, node, producer, with));
  }

  /** A product with a constant, and then a sum with one, are one affine map. */
  private static Optional<Graph> affine(Graph graph, Node node) {
    if (!isShift(node)
        || !graph.hasOneUse(graph.producer(node))
        || !(graph.producer(node).op() instanceof Op.Affine scale)
        || !scale.activation().isNone()
        || IntStream.range(0, scale.shift().size()).anyMatch(c -> scale.shift().get(c) != 0)) {
      return Optional.empty();
    }
    Tensor shift = ((Op.Affine) node.op()).shift();
    Op both = new Op.Affine(scale.scale(), shift, Activation.NONE);
    return Optional.of(merged(graph, node, graph.producer(node), both));
  }

  private static boolean isShift(Node node) {
    return node.op() instanceof Op.Affine affine
        && affine.activation().isNone()
        && IntStream.range(0, affine.scale().size()).allMatch(c -> affine.scale().get(c) == 1);
  }

  private static Graph replaced(Graph graph, Node node, Op op, int x) {
    return graph.edit().replace(node.id(), node.fields(), op, List.of(x)).build();
  }

  /** One operator does the work of two, and has the name of the first. */
  private static Graph merged(Graph graph, Node node, Node producer, Op op) {
    return graph.edit().replace(node.id(), producer.fields(), op, producer.inputs()).build();
  }
}
