package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Output channels whose filter is all 0, as γ = 0 leaves it behind, are constants: they go from the
 * convolution or linear layer, and into the bias of the one that reads it. Exact <i>channel
 * pruning</i>, of what training has switched off.
 *
 * <pre>
 * before:  z[d] = g(0·x + b[d])    y = f(layer(pool(z); V, a))
 * after:   z without d    y = f(layer(pool(z); V without d, a'))
 *          a'[o,r,c] = a[o] + Σ V[o,d,k]·(g(b[d]) for taps k inside, p[d] for those outside)
 * </pre>
 *
 * <p>Preconditions:
 *
 * <ol>
 *   <li>The weights of channel d are all 0, and its bias is the same at all places.
 *   <li>From the pruned layer on to the one that takes in the constants, each value is read by the
 *       next alone, and is no output.
 *   <li>Between the two stand at most pools and flattens. A mean that counts padding has none, or
 *       the constants are 0.
 *   <li>A convolution that is one of the two has one group.
 * </ol>
 *
 * <p>Left as they are: the last channel, should all be constant; constants of a function g that is
 * not computed here; constants that would be more in all than the multiplications saved, because of
 * border biases; and a layer with several readers, all of which would have to be rewritten at once.
 *
 * <p>Proof: 0·x + b[d] = b[d], at each place; a maximum or a mean of equal elements is that
 * element. What V makes of it is in each place the sum over its taps, as in {@link
 * AffineBorderConv}, which has these terms for a whole map. Where the constant is what the padding
 * reads, as 0 behind a ReLU, that is the same at all places, and the bias does not depend on them.
 *
 * <p>Rounding: in double, then to float once. Termination: fewer channels.
 */
final class DeadChannels implements Fold {
  @Override
  public String name() {
    return "dead channels";
  }

  @Override
  public Optional<Rewrite> at(Graph graph, Node node) {
    if (!(node.op() instanceof Op.Linear) && !(node.op() instanceof Op.Conv)) {
      return Optional.empty();
    }
    List<Node> between = new ArrayList<>();
    Node next = graph.producer(node);
    while (graph.hasOneUse(next) && isPassed(next.op())) {
      between.add(0, next);
      next = graph.producer(next);
    }
    Node source = next;
    if (!graph.hasOneUse(source)) {
      return Optional.empty();
    }
    Tensor values = values(source.op());
    int[] live = IntStream.range(0, values.size()).filter(c -> isNaN(values, c)).toArray();
    int[] kept = live.length == 0 && values.size() > 0 ? new int[] {0} : live;
    if (kept.length == values.size() || !areConstant(graph, between, values)) {
      return Optional.empty();
    }
    return reader(graph, node, values, kept)
        .map(reader -> rewrite(graph, source, between, node, kept, reader))
        .filter(DeadChannels::pays);
  }

  private static boolean isPassed(Op op) {
    return op instanceof Op.Pool || op instanceof Op.GlobalPool || op instanceof Op.Flatten;
  }

  /** What each channel is, NaN if it is no constant; nothing if the layer cannot be pruned. */
  private static Tensor values(Op op) {
    if (op instanceof Op.Conv conv && conv.groups() == 1) {
      return values(conv.weight(), conv.bias(), conv.activation());
    }
    return op instanceof Op.Linear linear
        ? values(linear.weight(), linear.bias(), linear.activation())
        : Tensor.vector();
  }

  private static Tensor values(Tensor weight, @Nullable Tensor bias, Activation activation) {
    int outputs = weight.shape().extent(0);
    int taps = weight.size() / outputs;
    int places = bias == null ? 1 : bias.size() / outputs;
    return Tensor.computed(
        Shape.of(outputs),
        c -> {
          double value = bias == null ? 0 : bias.get(c * places);
          boolean isConstant =
              all(taps, i -> weight.get(c * taps + i) == 0)
                  && all(places, i -> bias == null || bias.get(c * places + i) == value);
          return isConstant ? value(activation, c, value).orElse(Double.NaN) : Double.NaN;
        });
  }

  private static boolean all(int count, IntPredicate condition) {
    return IntStream.range(0, count).allMatch(condition);
  }

  private static boolean isNaN(Tensor values, int channel) {
    return Double.isNaN(values.get(channel));
  }

  /** The function at a point, of those that are computed here. */
  private static OptionalDouble value(Activation activation, int channel, double x) {
    List<Double> parameters = activation.parameters();
    return switch (activation.kind()) {
      case NONE -> OptionalDouble.of(x);
      case RELU -> OptionalDouble.of(Math.max(x, 0));
      case RELU6 -> OptionalDouble.of(Math.min(Math.max(x, 0), 6));
      case CLIP -> OptionalDouble.of(Math.min(Math.max(x, parameters.get(0)), parameters.get(1)));
      case LEAKY_RELU, PRELU -> {
        double slope = parameters.get(parameters.size() == 1 ? 0 : channel);
        yield OptionalDouble.of(x >= 0 ? x : slope * x);
      }
      case SIGMOID -> OptionalDouble.of(1 / (1 + Math.exp(-x)));
      case TANH -> OptionalDouble.of(Math.tanh(x));
      case SILU -> OptionalDouble.of(x / (1 + Math.exp(-x)));
      case HARD_SWISH -> OptionalDouble.of(x * Math.min(Math.max(x / 6 + 0.5, 0), 1));
      default -> OptionalDouble.empty();
    };
  }

  /** Whether what comes out of the pools is what goes in. */
  private static boolean areConstant(Graph graph, List<Node> between, Tensor values) {
    Tensor shift = Tensor.computed(values.shape(), c -> isNaN(values, c) ? 0 : values.get(c));
    Op.Affine plus = Op.Affine.plus(shift);
    return between.stream()
        .filter(node -> !(node.op() instanceof Op.Flatten))
        .allMatch(pool -> PoolAffine.obstacle(graph, pool, plus).isEmpty());
  }

  /** What reads the other channels and has taken in the constants, if it can. */
  private static Optional<Op> reader(Graph graph, Node node, Tensor values, int[] kept) {
    Shape input = graph.producer(node).shape();
    int elements = input.channels() / values.size(); // that a flatten made of a channel
    boolean[] isKept = new boolean[input.channels()];
    for (int channel : kept) {
      for (int i = 0; i < elements; i++) {
        isKept[channel * elements + i] = true;
      }
    }
    int[] stay = IntStream.range(0, isKept.length).filter(i -> isKept[i]).toArray();
    int[] gone = IntStream.range(0, isKept.length).filter(i -> !isKept[i]).toArray();
    Tensor constants = Tensor.computed(Shape.of(gone.length), i -> values.get(gone[i] / elements));
    if (node.op() instanceof Op.Linear linear) {
      return Optional.of(reader(linear, stay, gone, constants));
    }
    Op.Conv conv = (Op.Conv) node.op();
    return conv.groups() == 1
        ? Optional.of(reader(conv, input, stay, gone, constants))
        : Optional.empty();
  }

  private static Op reader(Op.Linear linear, int[] stay, int[] gone, Tensor constants) {
    Tensor lost = inputs(linear.weight(), gone);
    Tensor bias =
        Tensor.computed(
            Shape.of(linear.outputs()),
            o ->
                (linear.bias() == null ? 0 : linear.bias().get(o))
                    + IntStream.range(0, gone.length)
                        .mapToDouble(i -> lost.get(o * gone.length + i) * constants.get(i))
                        .sum());
    return new Op.Linear(inputs(linear.weight(), stay), bias, linear.activation());
  }

  private static Op reader(Op.Conv conv, Shape map, int[] stay, int[] gone, Tensor constants) {
    Tensor pad = ConstantInput.padValues(conv, map);
    Op.Conv lost =
        new Op.Conv(conv.window(), 1, inputs(conv.weight(), gone), conv.bias(), Activation.NONE);
    Tensor outside = selected(pad, gone);
    Tensor bias =
        ConstantInput.through(
            lost, map.withMap(gone.length, map.height(), map.width()), constants, outside);
    int places = bias.size() / conv.outputs();
    boolean isPlain =
        all(gone.length, i -> constants.get(i) == outside.get(i))
            && (conv.bias() == null || conv.bias().size() == conv.outputs());
    return new Op.Conv(
        conv.window(),
        1,
        inputs(conv.weight(), stay),
        isPlain || places == 1
            ? Tensor.computed(Shape.of(conv.outputs()), o -> bias.get(o * places))
            : bias,
        conv.padValue() == null ? null : selected(pad, stay),
        conv.activation());
  }

  private static Rewrite rewrite(
      Graph graph, Node source, List<Node> between, Node node, int[] kept, Op reader) {
    Graph.Builder edit = graph.edit();
    int last = edit.insert(node.id(), source.fields(), pruned(source.op(), kept), source.inputs());
    for (Node passed : between) {
      last = edit.insert(node.id(), passed.fields(), passed.op(), List.of(last));
    }
    edit.replace(node.id(), node.fields(), reader, List.of(last));
    return new Rewrite(
        "dead channels",
        source.fields(),
        graph,
        node.id(),
        edit.build(),
        node.id(),
        source.inputs());
  }

  /** Border biases are no more than the multiplications that they save. */
  private static boolean pays(Rewrite rewrite) {
    long saved = rewrite.before().macs() - rewrite.after().macs();
    return rewrite.after().parameters() - rewrite.before().parameters() <= saved;
  }

  private static Op pruned(Op op, int[] kept) {
    if (op instanceof Op.Linear linear) {
      return new Op.Linear(
          rows(linear.weight(), kept),
          linear.bias() == null ? null : rows(linear.bias(), kept),
          pruned(linear.activation(), kept));
    }
    Op.Conv conv = (Op.Conv) op;
    Tensor bias = conv.bias();
    return new Op.Conv(
        conv.window(),
        1,
        rows(conv.weight(), kept),
        bias == null ? null : rows(bias, kept),
        conv.padValue(),
        pruned(conv.activation(), kept));
  }

  private static Activation pruned(Activation activation, int[] kept) {
    List<Double> parameters = activation.parameters();
    return activation.kind() == Activation.Kind.PRELU && parameters.size() > 1
        ? new Activation(activation.kind(), IntStream.of(kept).mapToObj(parameters::get).toList())
        : activation;
  }

  // ---- parts of tensors ----

  private static Tensor selected(Tensor vector, int[] indices) {
    return Tensor.computed(Shape.of(indices.length), i -> vector.get(indices[i]));
  }

  /** Some indices of the first axis. */
  private static Tensor rows(Tensor tensor, int[] indices) {
    List<Integer> extents = new ArrayList<>(tensor.shape().extents());
    int row = tensor.size() / extents.set(0, indices.length);
    return Tensor.computed(new Shape(extents), i -> tensor.get(indices[i / row] * row + i % row));
  }

  /** Some indices of the second axis. */
  private static Tensor inputs(Tensor tensor, int[] indices) {
    List<Integer> extents = new ArrayList<>(tensor.shape().extents());
    int inputs = extents.set(1, indices.length);
    int taps = tensor.size() / tensor.shape().extent(0) / inputs;
    return Tensor.computed(
        new Shape(extents),
        i -> {
          int input = indices[i / taps % indices.length];
          int output = i / taps / indices.length;
          return tensor.get((output * inputs + input) * taps + i % taps);
        });
  }
}
