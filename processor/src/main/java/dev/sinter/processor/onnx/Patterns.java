package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Activation.Kind;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Layers that exporters write out in several operators become the layers that they mean. One pass:
 * each pattern ends in a value and reaches to those above it, which have become what they mean
 * before it is their turn.
 */
final class Patterns {
  private final Graph graph;
  private final Graph.Builder result = Graph.builder();

  /** The values of the graph in the result. */
  private final Map<Integer, Integer> ids = new HashMap<>();

  /** Values of the result that nothing but the next pattern reads. */
  private final Set<Integer> readOnce = new HashSet<>();

  private Patterns(Graph graph) {
    this.graph = graph;
  }

  /** The graph with each pattern replaced. */
  static Graph recognized(Graph graph) {
    Patterns patterns = new Patterns(graph);
    graph.nodes().forEach(patterns::add);
    graph
        .outputs()
        .forEach(output -> patterns.result.output(output.name(), patterns.id(output.id())));
    return patterns.result.build();
  }

  /** A layer that is not yet in the result. */
  record Layer(String name, Op op, List<Integer> inputs) {
    boolean is(Kind kind) {
      return op instanceof Op.Activate activate && activate.activation().kind() == kind;
    }

    int input() {
      return inputs.get(0);
    }
  }

  private int id(int id) {
    return Optional.ofNullable(ids.get(id)).orElseThrow();
  }

  private void add(Node node) {
    List<Integer> inputs = node.inputs().stream().map(this::id).toList();
    Layer layer = new Layer(node.name(), node.op(), inputs);
    Optional<Layer> next = Optional.of(layer);
    while (next.isPresent()) {
      layer = next.get();
      next = meaning(layer);
    }
    boolean vanishes = isNothing(layer.op());
    int id =
        vanishes ? layer.inputs().get(0) : result.add(layer.name(), layer.op(), layer.inputs());
    ids.put(node.id(), id);
    if (!graph.hasOneUse(node)) {
      readOnce.remove(id);
    } else if (!vanishes) {
      readOnce.add(id);
    }
  }

  private Optional<Layer> meaning(Layer layer) {
    return product(layer)
        .or(() -> hardSwish(layer))
        .or(() -> hardSigmoid(layer))
        .or(() -> relu6(layer))
        .or(() -> bias(layer))
        .or(() -> scaleAndShift(layer))
        .or(() -> scales(layer))
        .or(() -> LayerNorms.found(layer, this::above, result::shape))
        .or(() -> normalized(layer));
  }

  private Layer above(int id) {
    Node node = result.node(id);
    return new Layer(node.name(), node.op(), node.inputs());
  }

  private Layer above(Layer layer) {
    return above(layer.inputs().get(0));
  }

  private static Layer activation(Layer layer, Kind kind, int x) {
    return new Layer(layer.name(), new Op.Activate(Activation.of(kind)), List.of(x));
  }

  /** x·σ(x) is SiLU, x·hardσ(x) hard swish, x·tanh(softplus(x)) Mish. */
  private Optional<Layer> product(Layer layer) {
    if (!(layer.op() instanceof Op.Multiply) || layer.inputs().size() != 2) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      int x = layer.inputs().get(side);
      Layer gate = above(layer.inputs().get(1 - side));
      if (isOf(gate, Kind.SIGMOID, x)) {
        return Optional.of(activation(layer, Kind.SILU, x));
      }
      if (isOf(gate, Kind.HARD_SIGMOID, x)) {
        return Optional.of(activation(layer, Kind.HARD_SWISH, x));
      }
      if (gate.is(Kind.TANH) && isSoftplus(above(gate), x)) {
        return Optional.of(activation(layer, Kind.MISH, x));
      }
    }
    return Optional.empty();
  }

  private static boolean isOf(Layer layer, Kind kind, int x) {
    return layer.is(kind) && layer.inputs().get(0) == x;
  }

  private static boolean isSoftplus(Layer layer, int x) {
    return isOf(layer, Kind.SOFTPLUS, x)
        && layer.op() instanceof Op.Activate softplus
        && softplus.activation().parameters().equals(List.of(1.0));
  }

  /** x·relu6(x + 3)/6. */
  private Optional<Layer> hardSwish(Layer layer) {
    if (!isAffine(layer.op(), (float) (1 / 6.0), 0)) {
      return Optional.empty();
    }
    Layer inner = above(layer);
    if (!(inner.op() instanceof Op.Multiply) || inner.inputs().size() != 2) {
      return Optional.empty();
    }
    for (int side = 0; side < 2; side++) {
      int x = inner.inputs().get(side);
      Integer gated = shiftedInput(above(inner.inputs().get(1 - side)));
      if (gated != null && gated == x) {
        return Optional.of(activation(layer, Kind.HARD_SWISH, x));
      }
    }
    return Optional.empty();
  }

  /** relu6(x + 3)/6, and x/6 + ½ between 0 and 1. */
  private Optional<Layer> hardSigmoid(Layer layer) {
    Integer x = null;
    if (isAffine(layer.op(), (float) (1 / 6.0), 0)) {
      x = shiftedInput(above(layer));
    } else if (layer.op() instanceof Op.Activate clip
        && clip.activation().equals(Activation.of(Kind.CLIP, 0, 1))
        && isAffine(above(layer).op(), (float) (1 / 6.0), 0.5f)) {
      x = above(layer).inputs().get(0);
    }
    return Optional.ofNullable(x).map(value -> activation(layer, Kind.HARD_SIGMOID, value));
  }

  /** The x of relu6(x + 3). */
  private @Nullable Integer shiftedInput(Layer layer) {
    return layer.is(Kind.RELU6) && isAffine(above(layer).op(), 1, 3)
        ? above(layer).inputs().get(0)
        : null;
  }

  /** PyTorch exports ReLU6 as ReLU and then Clip. */
  private Optional<Layer> relu6(Layer layer) {
    return layer.is(Kind.RELU6) && above(layer).is(Kind.RELU)
        ? Optional.of(activation(layer, Kind.RELU6, above(layer).inputs().get(0)))
        : Optional.empty();
  }

  /** A constant added to a convolution or a linear layer without bias is its bias. */
  private Optional<Layer> bias(Layer layer) {
    if (!isShift(layer.op()) || !readOnce.contains(layer.inputs().get(0))) {
      return Optional.empty();
    }
    return Optional.ofNullable(biased(above(layer).op(), ((Op.Affine) layer.op()).shift()))
        .map(op -> merged(layer, op));
  }

  private static @Nullable Op biased(Op op, Tensor bias) {
    if (!(op instanceof Op.Activatable plain) || !plain.activation().isNone()) {
      return null;
    }
    if (op instanceof Op.Linear linear && linear.bias() == null) {
      return new Op.Linear(linear.weight(), bias, Activation.NONE);
    }
    if (op instanceof Op.Conv conv && conv.bias() == null) {
      return new Op.Conv(conv.window(), conv.groups(), conv.weight(), bias, Activation.NONE);
    }
    return op instanceof Op.ConvTranspose conv && conv.bias() == null
        ? new Op.ConvTranspose(
            conv.window(),
            conv.extraRows(),
            conv.extraColumns(),
            conv.groups(),
            conv.weight(),
            bias,
            Activation.NONE)
        : null;
  }

  /** A product with a constant, and then a sum with one, are one affine map. */
  private Optional<Layer> scaleAndShift(Layer layer) {
    if (!isShift(layer.op())
        || !readOnce.contains(layer.inputs().get(0))
        || !isScale(above(layer).op())) {
      return Optional.empty();
    }
    Tensor scale = ((Op.Affine) above(layer).op()).scale();
    Tensor shift = ((Op.Affine) layer.op()).shift();
    return Optional.of(merged(layer, new Op.Affine(scale, shift, Activation.NONE)));
  }

  /** Two factors are one. */
  private Optional<Layer> scales(Layer layer) {
    if (!isScale(layer.op())
        || !readOnce.contains(layer.inputs().get(0))
        || !isScale(above(layer).op())) {
      return Optional.empty();
    }
    Tensor first = ((Op.Affine) above(layer).op()).scale();
    Tensor second = ((Op.Affine) layer.op()).scale();
    Tensor both = Tensor.computed(first.shape(), c -> first.get(c) * second.get(c));
    return Optional.of(merged(layer, Op.Affine.times(both)));
  }

  /** A scale or a shift behind a normalization is its own. */
  private Optional<Layer> normalized(Layer layer) {
    if (!(layer.op() instanceof Op.Affine affine)
        || !affine.activation().isNone()
        || !readOnce.contains(layer.input())
        || !(above(layer).op() instanceof Op.Normalization norm)
        || !norm.activation().isNone()) {
      return Optional.empty();
    }
    Tensor factor = affine.scale();
    Tensor scale = Tensor.computed(factor.shape(), c -> factor.get(c) * norm.scale().get(c));
    Tensor shift =
        Tensor.computed(
            factor.shape(), c -> factor.get(c) * norm.shift().get(c) + affine.shift().get(c));
    return Optional.of(
        merged(
            layer,
            new Op.Normalization(
                norm.groups(), norm.overMap(), norm.epsilon(), scale, shift, Activation.NONE)));
  }

  /** One operator does the work of two, and has the name of the first. */
  private Layer merged(Layer layer, Op op) {
    return new Layer(above(layer).name(), op, above(layer).inputs());
  }

  private static boolean isShift(Op op) {
    return op instanceof Op.Affine affine
        && affine.activation().isNone()
        && IntStream.range(0, affine.scale().size()).allMatch(c -> affine.scale().get(c) == 1);
  }

  private static boolean isScale(Op op) {
    return op instanceof Op.Affine affine
        && affine.activation().isNone()
        && IntStream.range(0, affine.shift().size()).allMatch(c -> affine.shift().get(c) == 0);
  }

  /** A factor of one, or a sum with nothing. */
  private static boolean isNothing(Op op) {
    return isAffine(op, 1, 0);
  }

  private static boolean isAffine(Op op, float scale, float shift) {
    return op instanceof Op.Affine affine
        && affine.activation().isNone()
        && IntStream.range(0, affine.scale().size())
            .allMatch(
                c ->
                    (float) affine.scale().get(c) == scale
                        && (float) affine.shift().get(c) == shift);
  }
}
