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
import org.junit.jupiter.api.Test;

/** What is added up, as one convolution. */
final class SumFoldsTest {
  private static final Shape MAP = Shape.of(4, 9, 8);
  private static final Op.Add ADD = new Op.Add(Activation.NONE);

  private final Nets nets = new Nets(3);

  @Test
  void smallerKernelsLieWhereThePaddingsPutThem() {
    assertOne(conv(3, 1, 1, 1), conv(1, 1, 1, 0));
    assertOne(conv(1, 1, 1, 0), conv(3, 1, 1, 1));
    assertOne(conv(5, 2, 1, 2), conv(3, 2, 1, 1));
    assertOne(conv(3, 1, 2, 2), conv(1, 1, 1, 0));
    assertOne(conv(3, 1, 3, 3), conv(3, 1, 3, 3));
    assertOne(conv(3, 1, 1, 2, 0, 0, 2), conv(1, 1, 1, 0)); // not in the middle
    assertOne(conv(3, 1, 1, 2), conv(1, 1, 1, 1)); // which reads padding
    assertTwo(conv(3, 1, 2, 2), conv(3, 1, 1, 1));
    assertTwo(conv(2, 1, 2, 1), conv(1, 1, 1, 0)); // between the taps
    assertTwo(conv(3, 1, 1, 0, 1, 2, 1), conv(3, 1, 1, 1));
    assertTwo(bar(1, 3), bar(3, 1));
  }

  @Test
  void groupsMustBeEqual() {
    Window same = window(3, 1, 1, 1);
    assertOne(nets.conv(4, 8, same, 4, false), nets.conv(4, 8, same, 4, true));
    assertTwo(nets.conv(4, 8, same, 4, true), nets.conv(4, 8, same, 2, true));
  }

  @Test
  void stridesMustBeEqual() {
    Op.Conv strided = nets.conv(4, 8, window(3, 2, 1, 0, 0, 6, 5));
    assertTwo(strided, nets.conv(4, 8, window(3, 1, 1, 0)));
  }

  @Test
  void padValuesAndBorderBiasesOfTheLargerStay() {
    Op.Conv conv = conv(3, 1, 1, 1);
    Op.Conv padded =
        new Op.Conv(
            conv.window(),
            1,
            conv.weight(),
            nets.gaussian(Shape.of(8, 3, 3)),
            nets.gaussian(Shape.of(4)),
            Activation.NONE);
    assertOne(padded, conv(1, 1, 1, 0));
    assertTwo(padded, conv);
    Op.Conv biased =
        new Op.Conv(
            conv.window(), 1, conv.weight(), nets.gaussian(Shape.of(8, 3, 3)), Activation.NONE);
    assertOne(biased, conv);
    assertTwo(biased, biased);
  }

  /** In groups, too, and where taps are far apart. */
  @Test
  void normAndValueBecomeTaps() {
    for (int groups : new int[] {1, 2, 4}) {
      for (int dilation : new int[] {1, 2}) {
        Window window = window(3, 1, dilation, dilation);
        Graph folded = branches(true, nets.conv(4, 4, window, groups, false), nets.withZero(4));
        assertThat(ops(folded)).containsExactly("Conv");
        assertThat(folded.macs()).isEqualTo(4 * 72 * 9 * 4 / groups);
      }
    }
  }

  @Test
  void theLastConvolutionAppliesTheSumsActivation() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int c = builder.add("c", nets.conv(4, 4, window(3, 1, 1, 1)), List.of(x));
    int sum = builder.add("sum", ADD.with(Nets.RELU), List.of(x, c));
    Graph folded = folded(builder.output("y", sum).build());
    assertThat(((Op.Conv) folded.node(sum).op()).activation()).isEqualTo(Nets.RELU);
    assertThat(folded.node(sum).fields()).containsExactly("c", "sum").inOrder();
  }

  /** It reads another value than the second convolution of the block. */
  @Test
  void residualOfTwoLayersStays() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int c = builder.add("c", nets.conv(4, 4, window(3, 1, 1, 1)).with(Nets.RELU), List.of(x));
    int d = builder.add("d", nets.conv(4, 4, window(3, 1, 1, 1)), List.of(c));
    int sum = builder.add("sum", ADD, List.of(d, x));
    assertThat(ops(folded(builder.output("y", sum).build())))
        .containsExactly("Conv", "Conv", "Add");
  }

  /** A norm beside a convolution that has another reader is told to stay. */
  @Test
  void normThatStaysSaysWhy() {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    int c = builder.add("c", nets.conv(4, 4, window(3, 1, 1, 1)).with(Nets.RELU), List.of(x));
    int norm = builder.add("norm", nets.norm(Tensor.vector(1, 2, 3, 4)), List.of(x));
    int sum = builder.add("sum", ADD, List.of(c, norm));
    Graph graph = builder.output("y", sum).build();
    List<Standing> standing = Standing.in(graph, folded(graph));
    assertThat(standing).hasSize(1);
    assertThat(standing.get(0).reason())
        .isEqualTo(
            "it reads the input 'x', and there is no layer before it to take it in. 'sum', which"
                + " reads it, has no weights to take it in either.");
  }

  private Op.Conv conv(int kernel, int stride, int dilation, int... padding) {
    return nets.conv(4, 8, window(kernel, stride, dilation, padding));
  }

  private Op.Conv bar(int height, int width) {
    return nets.conv(
        4,
        8,
        new Window(
            new Window.Pair(height, width),
            Nets.ONE,
            Nets.ONE,
            new Window.Padding(height / 2, width / 2, height / 2, width / 2)));
  }

  private void assertOne(Op.Conv... convs) {
    assertThat(ops(branches(false, convs))).containsExactly("Conv");
  }

  private void assertTwo(Op.Conv... convs) {
    assertThat(ops(branches(false, convs))).containsExactly("Conv", "Conv", "Add");
  }

  /** Operators that read the input, and perhaps the input itself, added up. */
  private static Graph branches(boolean identity, Op... ops) {
    Graph.Builder builder = Graph.builder();
    int x = builder.add("x", new Op.Input(MAP), List.of());
    List<Integer> summands = new ArrayList<>(identity ? List.of(x) : List.of());
    for (Op op : ops) {
      summands.add(builder.add("branch" + summands.size(), op, List.of(x)));
    }
    return folded(builder.output("y", builder.add("sum", ADD, summands)).build());
  }
}
