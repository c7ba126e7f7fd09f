package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static dev.sinter.processor.fold.Nets.folded;
import static dev.sinter.processor.fold.Nets.ops;
import static dev.sinter.processor.fold.Nets.window;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is joined, as one convolution. */
final class ParallelConvsTest {
  private static final Shape MAP = Shape.of(4, 7, 8);
  private static final Window SAME = window(3, 1, 1, 1);

  private final Nets nets = new Nets(4);

  @Test
  void biasOfOneIsZeroForTheOther() {
    Tensor bias = Tensor.vector(-1, 2);
    Graph folded = folded(joined(conv(3, null, null), conv(2, bias, null)));
    assertThat(ops(folded)).containsExactly("Conv");
    assertThat(conv(folded).bias().toDoubles()).isEqualTo(new double[] {0, 0, 0, -1, 2});
  }

  @Test
  void padValuesAndBorderBiasesStay() {
    Tensor pad = nets.gaussian(Shape.of(4));
    Op.Conv first = conv(3, nets.gaussian(Shape.of(3, 3, 3)), pad);
    Op.Conv second = conv(2, nets.gaussian(Shape.of(2, 3, 3)), pad);
    assertThat(ops(folded(joined(first, second)))).containsExactly("Conv");
    Op.Conv plain = conv(2, nets.gaussian(Shape.of(2)), pad);
    assertThat(ops(folded(joined(first, plain)))).containsExactly("Conv", "Conv", "Concat");
  }

  /** No convolution is made for what lies between, and none is moved. */
  @Test
  void onlyNeighboursBecomeOne() {
    Op.Conv relu = conv(1, null, null).with(Nets.RELU);
    Graph folded =
        folded(joined(conv(2, null, null), conv(3, null, null), relu, relu, conv(1, null, null)));
    assertThat(ops(folded)).containsExactly("Conv", "Conv", "Conv", "Concat");
    assertThat(folded.node(folded.outputs().get(0).id()).inputs()).hasSize(3);
    assertThat(folded.parameters()).isEqualTo(8 * 4 * 9);
    assertThat(folded.macs()).isEqualTo(8 * 4 * 9 * 56);
  }

  @Test
  void slopeForAllChannelsIsKept() {
    Activation one = Activation.of(Activation.Kind.PRELU, 0.25);
    Graph folded = folded(joined(conv(2, null, null).with(one), conv(3, null, null).with(one)));
    assertThat(conv(folded).activation()).isEqualTo(one);
  }

  /** Joined, they leave one reader, which takes the constant channel out of what it reads. */
  @Test
  void theirSourceLosesItsDeadChannels() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int source = builder.add("source", nets.conv(4, 4, SAME), List.of(x));
    int norm = builder.add("norm", nets.withZero(4), List.of(source));
    int relu = builder.add("relu", new Op.Activate(Nets.RELU), List.of(norm));
    int first = builder.add("first", conv(3, null, null), List.of(relu));
    int second = builder.add("second", conv(2, null, null), List.of(relu));
    int join = builder.add("join", new Op.Concat(), List.of(first, second));
    Graph folded = folded(builder.output("y", join).build());
    assertThat(ops(folded)).containsExactly("Conv", "Conv");
    assertThat(conv(folded).weight().shape()).isEqualTo(Shape.of(5, 3, 3, 3));
  }

  private Op.Conv conv(int outputs, @Nullable Tensor bias, @Nullable Tensor padValue) {
    return new Op.Conv(
        SAME, 1, nets.gaussian(Shape.of(outputs, 4, 3, 3)), bias, padValue, Activation.NONE);
  }

  private static Graph joined(Op... convs) {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    List<Integer> values = new ArrayList<>();
    for (Op conv : convs) {
      values.add(builder.add("conv" + values.size(), conv, List.of(x)));
    }
    return builder.output("y", builder.add("join", new Op.Concat(), values)).build();
  }

  private static Op.Conv conv(Graph graph) {
    return (Op.Conv) graph.node(graph.outputs().get(0).id()).op();
  }
}
