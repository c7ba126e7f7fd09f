package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static dev.sinter.processor.fold.Nets.chain;
import static dev.sinter.processor.fold.Nets.folded;
import static dev.sinter.processor.fold.Nets.window;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Channels that are constant, and go. */
final class DeadChannelsTest {
  private static final Shape MAP = Shape.of(3, 9, 8);
  private static final Window SAME = window(3, 1, 1, 1);

  private final Nets nets = new Nets(4);
  private final Op.Conv conv = nets.conv(3, 4, SAME);

  /** β of the dead channels. */
  private Op.BatchNorm norm(double first, double third) {
    Op.BatchNorm norm = nets.norm(Tensor.vector(0, 1, 0, 2));
    Tensor beta = Tensor.vector(first, 1, third, -1);
    return new Op.BatchNorm(norm.gamma(), beta, norm.mean(), norm.variance(), norm.epsilon());
  }

  private static Op activate(Activation.Kind kind, double... parameters) {
    return new Op.Activate(Activation.of(kind, parameters));
  }

  private static Op.Conv conv(Graph graph, int index) {
    return (Op.Conv)
        graph.nodes().stream().filter(n -> n.op() instanceof Op.Conv).toList().get(index).op();
  }

  @Test
  void behindReluNegativeConstantsAreThePaddingAndCostNothing() {
    Op relu = activate(Activation.Kind.RELU);
    Graph folded = folded(chain(MAP, conv, norm(-1, -2), relu, nets.conv(4, 5, SAME)));
    assertThat(conv(folded, 0).outputs()).isEqualTo(2);
    assertThat(conv(folded, 1).weight().shape()).isEqualTo(Shape.of(5, 2, 3, 3));
    assertThat(conv(folded, 1).bias().size()).isEqualTo(5);
  }

  @Test
  void positiveConstantsNeedBorderBiasesWhereThereIsPadding() {
    Op relu = activate(Activation.Kind.RELU);
    Graph padded = folded(chain(MAP, conv, norm(1, -2), relu, nets.conv(4, 5, SAME)));
    assertThat(conv(padded, 1).bias().shape()).isEqualTo(Shape.of(5, 3, 3));
    Op.Conv inside = nets.conv(4, 5, window(3, 2, 1, 0));
    Graph valid = folded(chain(MAP, conv, norm(1, -2), relu, inside));
    assertThat(conv(valid, 1).bias().shape()).isEqualTo(Shape.of(5));
  }

  @Test
  void padValuesOfTheReaderCount() {
    Op.Conv plain = nets.conv(4, 5, SAME);
    Op.Conv reader =
        new Op.Conv(
            SAME, 1, plain.weight(), plain.bias(), Tensor.vector(1, 2, -1, 3), Activation.NONE);
    Graph same = folded(chain(MAP, conv.with(Activation.NONE), norm(1, -1), reader));
    assertThat(conv(same, 1).bias().shape()).isEqualTo(Shape.of(5));
    assertThat(conv(same, 1).padValue().toDoubles()).isEqualTo(new double[] {2, 3});
  }

  @Test
  void pastPoolsAndFlattenIntoALinearLayer() {
    Op prelu = activate(Activation.Kind.PRELU, 0.5, -0.25, 2, 0.125);
    Op pool = new Op.Pool(Op.Pool.Kind.MAX, window(2, 2, 1, 0), false, false);
    Graph folded =
        folded(chain(MAP, conv, norm(-1, -2), prelu, pool, new Op.Flatten(), nets.linear(64, 3)));
    assertThat(conv(folded, 0).activation())
        .isEqualTo(Activation.of(Activation.Kind.PRELU, -0.25, 0.125));
    assertThat(folded.parameters()).isEqualTo(2 * 27 + 2 + 3 * 32 + 3);
  }

  @Test
  void allFunctionsThatAreComputed() {
    for (Op function :
        List.of(
            activate(Activation.Kind.RELU6),
            activate(Activation.Kind.CLIP, -0.5, 0.75),
            activate(Activation.Kind.LEAKY_RELU, 0.1),
            activate(Activation.Kind.SIGMOID),
            activate(Activation.Kind.TANH),
            activate(Activation.Kind.SILU),
            activate(Activation.Kind.HARD_SWISH))) {
      Graph graph = chain(MAP, conv, norm(0.875, -1.5), function, nets.conv(4, 5, SAME));
      assertThat(conv(folded(graph), 0).outputs()).isEqualTo(2);
    }
  }

  @Test
  void ofChannelsThatAreAllConstantOneStays() {
    Op.BatchNorm none = nets.norm(Tensor.filled(4, 0));
    Graph folded = folded(chain(MAP, conv, none, nets.conv(4, 5, SAME)));
    assertThat(conv(folded, 0).outputs()).isEqualTo(1);
  }

  @Test
  void outputsAndOtherReadersKeepThem() {
    Graph last = folded(chain(MAP, conv, norm(1, 2)));
    assertThat(conv(last, 0).outputs()).isEqualTo(4);
    Graph.Builder edit = chain(MAP, conv, norm(1, 2), nets.conv(4, 5, SAME)).edit();
    edit.output("soft", edit.add("soft", new Op.Softmax(), List.of(2)));
    assertThat(conv(folded(edit.build()), 0).outputs()).isEqualTo(4);
  }
}
