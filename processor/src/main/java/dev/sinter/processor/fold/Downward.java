package dev.sinter.processor.fold;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.Locale;
import java.util.Optional;

/** The way of a channel affine into what reads it. */
final class Downward {
  /** One of the ways in which a convolution takes in an affine before it. */
  interface Rule {
    Optional<Op.Conv> merged(Op.Conv conv, Shape map, Op.ChannelAffine affine);
  }

  private Downward() {}

  /** A fold of the affine before a convolution into it, if the rule allows it. */
  static Optional<Rewrite> intoConv(Fold fold, Graph graph, Node node, Rule rule) {
    if (!(node.op() instanceof Op.Conv conv)) {
      return Optional.empty();
    }
    Node affine = graph.producer(node);
    if (!(affine.op() instanceof Op.ChannelAffine channels) || !isTaken(graph, affine)) {
      return Optional.empty();
    }
    return rule.merged(conv, affine.shape(), channels)
        .map(merged -> Rewrite.intoReader(fold, graph, affine, node, merged));
  }

  /** Whether all that read a channel affine can take it in. */
  static boolean isTaken(Graph graph, Node affine) {
    return obstacle(graph, affine).isEmpty();
  }

  /** Why those that read a channel affine cannot take it in, as a sentence; nothing if they can. */
  static Optional<String> obstacle(Graph graph, Node affine) {
    if (((Op.ChannelAffine) affine.op()).then().isNone()) {
      if (graph.isOutput(affine)) {
        return Optional.of("Its result is an output of the network.");
      }
      return graph.consumers(affine).stream()
          .flatMap(reader -> obstacle(graph, affine, reader).stream())
          .findFirst();
    }
    String last = affine.fields().get(affine.fields().size() - 1);
    return Optional.of("Behind it stands the activation '" + last + "'.");
  }

  private static Optional<String> obstacle(Graph graph, Node affine, Node reader) {
    if (reader.op() instanceof Op.Conv conv) {
      return takes(conv, affine) ? Optional.empty() : Optional.of(tooManyBiases(reader, affine));
    }
    if (reader.op() instanceof Op.Linear) {
      return Optional.empty();
    }
    if (reader.op() instanceof Op.ConvTranspose conv) {
      return AffineConvTranspose.takes(conv, (Op.ChannelAffine) affine.op())
          ? Optional.empty()
          : Optional.of(
              "To '"
                  + reader.name()
                  + "', a transposed convolution that reads it, its shift would not be the same bias"
                  + " everywhere: not all taps land on each place.");
    }
    if (!(reader.op() instanceof Op.Flatten)) {
      return Optional.of(
          "'" + reader.name() + "', which reads it, has no weights to take it in either.");
    }
    boolean linear = graph.consumers(reader).stream().allMatch(r -> r.op() instanceof Op.Linear);
    return linear && graph.hasOneUse(reader)
        ? Optional.empty()
        : Optional.of(
            "'" + reader.name() + "', which reads it, is not read by a linear layer alone.");
  }

  /** By any rule; the cheap ones first. */
  private static boolean takes(Op.Conv conv, Node affine) {
    Shape map = affine.shape();
    return AffineBorderConv.biases(conv, map) <= map.size()
        || AffinePaddedConv.merged(conv, map, (Op.ChannelAffine) affine.op()).isPresent();
  }

  private static String tooManyBiases(Node reader, Node affine) {
    return String.format(
        Locale.ROOT,
        "'%s', which reads it, pads its input, where its shift does not apply; the"
            + " %,d biases that would take its place at the border are more than the %,d"
            + " multiplications that it costs.",
        reader.name(),
        AffineBorderConv.biases((Op.Conv) reader.op(), affine.shape()),
        affine.shape().size());
  }
}
