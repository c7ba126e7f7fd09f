package dev.sinter.processor.emit;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.ir.Sketch;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.plan.Plan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is written of steps that may run as one. */
final class ChainSourceTest {
  private static final Op SOFTMAX = new Op.Softmax();

  private final RandomOps ops = new RandomOps(4);

  private Op.Conv conv(int kernel, int groups, int in, int out) {
    Window.Pair one = new Window.Pair(1, 1);
    Window window = new Window(new Window.Pair(kernel, kernel), one, one, Window.Padding.NONE);
    return ops.conv(window, groups, in, out, false).with(Activation.NONE);
  }

  private Sketch chain(Sketch sketch) {
    return sketch
        .then("expand", conv(1, 1, 2, 6))
        .then("depthwise", conv(3, 6, 6, 6))
        .then("project", conv(1, 1, 6, 2));
  }

  /** The source of the network's own class. */
  private static String source(Graph graph, NetworkEmitter.Bake bake) {
    return new NetworkEmitter(
            new NetworkEmitter.Names("", "N", "N", false, Optional.empty()),
            graph,
            Plan.of(graph),
            new NetworkEmitter.Provenance(List.of(), node -> List.of()),
            bake,
            NetworkEmitter.Meaning.NONE)
        .emit(List.of())
        .sources()
        .get(0)
        .toString();
  }

  @Test
  void chainIsOneStatement() {
    Graph graph = chain(Sketch.of(2, 5, 5)).then("softmax", SOFTMAX).gives();
    assertThat(source(graph, NetworkEmitter.Bake.CLASS))
        .contains(
            """
                program.chain(
                    N_Expand.kernel(backend),
                    N_Depthwise.kernel(backend),
                    N_Project.kernel(backend));
                program.step(N_Softmax.kernel(backend));
            """);
    assertThat(source(graph, NetworkEmitter.Bake.RESOURCE))
        .contains("N_Depthwise.kernel(backend, constants),\n");
  }

  @Test
  void tableShowsChains() {
    Graph graph = chain(Sketch.of(2, 5, 5)).then("softmax", SOFTMAX).gives();
    assertThat(source(graph, NetworkEmitter.Bake.CLASS))
        .contains(
            """
             * layer      result                    MACs    constants
             * expand     [6, 5, 5]                  300           12
             * depthwise  [6, 3, 3]                  486           54 ^
             * project    [2, 3, 3]                  108           12 ^
             * softmax    [2, 3, 3]                    0            0
             * ^ may run as one with the layer above, whose result is then not stored
             * </pre>
            """);
    assertThat(source(Sketch.of(3).then("softmax", SOFTMAX).gives(), NetworkEmitter.Bake.CLASS))
        .doesNotContain("^");
  }

  /** The second method begins with the chain, as the first has room for two steps only. */
  @Test
  void chainIsInOneMethod() {
    Sketch sketch = Sketch.of(2, 5, 5);
    for (int i = 0; i < 248; i++) {
      sketch.then("softmax" + i, SOFTMAX);
    }
    String source = source(chain(sketch).gives(), NetworkEmitter.Bake.CLASS);
    String second = source.substring(source.indexOf("void steps1("));
    assertThat(second)
        .isEqualTo(
            """
            void steps1(Program program, Backend backend) {
                program.chain(
                    N_Expand.kernel(backend),
                    N_Depthwise.kernel(backend),
                    N_Project.kernel(backend));
              }
            }
            """);
  }
}
