package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The way of a channel affine up to something with weights that takes it in. The affine moves over
 * an operator only if this way leads to the end, because each step alone makes it cost more.
 *
 * <p>An operator that lets an affine pass, or shares it out, has its place here and a fold of its
 * own that does the step.
 */
final class Upward implements Op.Visitor<Optional<String>> {
  private final Graph graph;
  private final Node value;
  private final Op.ChannelAffine affine;
  private final String reader; // whoever reads the value, as the subject of a sentence

  private Upward(Graph graph, Node value, Op.ChannelAffine affine, String reader) {
    this.graph = graph;
    this.value = value;
    this.affine = affine;
    this.reader = reader;
  }

  /**
   * Why what makes the value that {@code reader} reads cannot take in an affine of it, as the end
   * of a sentence about the affine; nothing if it can.
   */
  static Optional<String> obstacle(Graph graph, Node reader, Op.ChannelAffine affine) {
    return obstacle(graph, graph.producer(reader), reader, affine, "it");
  }

  /** The same for one of the values that {@code reader} reads. */
  static Optional<String> obstacle(Graph graph, Node value, Node reader, Op.ChannelAffine affine) {
    return obstacle(graph, value, reader, affine, "it");
  }

  private static Optional<String> obstacle(
      Graph graph, Node value, Node reader, Op.ChannelAffine affine, String subject) {
    if (!graph.hasOneUse(value) && !(value.op() instanceof Op.Input)) {
      return Optional.of(otherUse(graph, value, reader));
    }
    if (value.op() instanceof Op.Activatable op && !op.activation().isNone()) {
      String last = value.fields().get(value.fields().size() - 1);
      return Optional.of(
          "the activation '" + last + "' stands between '" + value.name() + "' and it.");
    }
    return value.op().accept(new Upward(graph, value, affine, subject));
  }

  private static String otherUse(Graph graph, Node value, Node reader) {
    String name = value.name();
    if (graph.isOutput(value)) {
      return "'" + name + "' is an output of the network, so its own value must stay.";
    }
    String others =
        String.join(
            ", ",
            graph.consumers(value).stream()
                .filter(consumer -> consumer.id() != reader.id())
                .map(consumer -> "'" + consumer.name() + "'")
                .distinct()
                .toList());
    return others.isEmpty()
        ? "'" + name + "' is read twice by '" + reader.name() + "'."
        : "'" + name + "' is also read by " + others + ", which needs its value without it.";
  }

  @Override
  public Optional<String> input(Op.Input op) {
    return Optional.of(
        reader
            + " reads the input '"
            + value.name()
            + "', and there is no layer before it to take it in.");
  }

  /** {@link ConvAffine}. */
  @Override
  public Optional<String> conv(Op.Conv op) {
    return Optional.empty();
  }

  /** {@link ConvTransposeAffine}. */
  @Override
  public Optional<String> convTranspose(Op.ConvTranspose op) {
    return Optional.empty();
  }

  /** {@link LinearAffine}. */
  @Override
  public Optional<String> linear(Op.Linear op) {
    return Optional.empty();
  }

  /** {@link AffineAffine}. */
  @Override
  public Optional<String> batchNorm(Op.BatchNorm op) {
    return Optional.empty();
  }

  /** {@link AffineAffine}. */
  @Override
  public Optional<String> affine(Op.Affine op) {
    return Optional.empty();
  }

  /** {@link AddAffine}. */
  @Override
  public Optional<String> add(Op.Add op) {
    return AddAffine.obstacle(graph, value, affine);
  }

  /** {@link PoolAffine}. */
  @Override
  public Optional<String> pool(Op.Pool op) {
    return PoolAffine.obstacle(graph, value, affine).or(() -> further(affine));
  }

  /** {@link PoolAffine}. */
  @Override
  public Optional<String> globalPool(Op.GlobalPool op) {
    return PoolAffine.obstacle(graph, value, affine).or(() -> further(affine));
  }

  /** {@link FlattenAffine}. */
  @Override
  public Optional<String> flatten(Op.Flatten op) {
    Shape map = graph.producer(value).shape();
    Optional<Op.Affine> grouped = FlattenAffine.grouped(affine, map);
    return grouped.isEmpty()
        ? Optional.of(
            "it has another scale or shift for each of the elements that '"
                + value.name()
                + "' makes of one channel.")
        : further(grouped.get());
  }

  /** {@link ActivationAffine}. */
  @Override
  public Optional<String> activate(Op.Activate op) {
    return ActivationAffine.commutes(op, affine)
        ? further(affine)
        : Optional.of("the activation '" + value.name() + "' stands before it.");
  }

  @Override
  public Optional<String> multiply(Op.Multiply op) {
    return weightless();
  }

  /** {@link ConcatAffine}. */
  @Override
  public Optional<String> concat(Op.Concat op) {
    List<Op.Affine> parts = ConcatAffine.parts(graph, value, affine);
    return IntStream.range(0, parts.size())
        .mapToObj(i -> further(graph.node(value.inputs().get(i)), parts.get(i)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  /** {@link RearrangedAffine}. */
  @Override
  public Optional<String> slice(Op.Slice op) {
    return rearranged();
  }

  /** {@link RearrangedAffine}. */
  @Override
  public Optional<String> channelShuffle(Op.ChannelShuffle op) {
    return rearranged();
  }

  @Override
  public Optional<String> pad(Op.Pad op) {
    return weightless();
  }

  /** {@link RearrangedAffine}. */
  @Override
  public Optional<String> upsample(Op.Upsample op) {
    return rearranged();
  }

  @Override
  public Optional<String> reshape(Op.Reshape op) {
    return weightless();
  }

  @Override
  public Optional<String> softmax(Op.Softmax op) {
    return weightless();
  }

  @Override
  public Optional<String> constant(Op.Constant op) {
    return weightless();
  }

  @Override
  public Optional<String> elementwise(Op.Elementwise op) {
    return weightless();
  }

  @Override
  public Optional<String> binary(Op.Binary op) {
    return weightless();
  }

  @Override
  public Optional<String> reduce(Op.Reduce op) {
    return weightless();
  }

  @Override
  public Optional<String> normalization(Op.Normalization op) {
    return weightless();
  }

  @Override
  public Optional<String> rearrange(Op.Rearrange op) {
    return weightless();
  }

  @Override
  public Optional<String> resample(Op.Resample op) {
    return weightless();
  }

  /** {@link IdentityGone} comes first. */
  @Override
  public Optional<String> identity(Op.Identity op) {
    return weightless();
  }

  /** For this affine before the value. */
  private Optional<String> further(Op.ChannelAffine before) {
    return further(graph.producer(value), before);
  }

  /** For this affine of one of the values that the value is made of. */
  private Optional<String> further(Node input, Op.ChannelAffine before) {
    String subject = reader + " reads '" + value.name() + "', which";
    return obstacle(graph, input, value, before, subject);
  }

  private Optional<String> rearranged() {
    Optional<Op.Affine> before = RearrangedAffine.before(value.op(), affine);
    return before.isEmpty() ? weightless() : further(before.get());
  }

  private Optional<String> weightless() {
    return Optional.of(
        reader
            + " reads '"
            + value.name()
            + "', which has no weights to take it in; a convolution, a linear layer or another batch"
            + " normalization directly before it would.");
  }
}
