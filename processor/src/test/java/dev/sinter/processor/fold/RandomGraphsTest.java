package dev.sinter.processor.fold;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** All folds on graphs that nobody thought of. */
final class RandomGraphsTest {
  private static final int GRAPHS = 1500;

  @Test
  void foldedGraphsComputeTheSame() {
    Map<String, Integer> seen = new TreeMap<>();
    for (int seed = 0; seed < GRAPHS; seed++) {
      Graph graph = new Growth(seed).graph();
      Graph folded = Nets.folded(graph);
      new Folder(Folder.ALL).fold(graph, r -> seen.merge(r.fold(), 1, Integer::sum));
      assertWithMessage("graph %s, folded twice", seed)
          .that(Folder.ALL.stream().anyMatch(fold -> Nets.applies(fold, folded)))
          .isFalse();
      assertWithMessage("graph %s: every norm that stays has its reasons", seed)
          .that(Standing.in(graph, folded).toString())
          .doesNotContain("was not asked for");
      assertThat(folded.nodes().size()).isAtMost(graph.nodes().size());
      assertThat(folded.macs()).isAtMost(graph.macs());
    }
    assertThat(seen.keySet())
        .containsAtLeastElementsIn(Folder.ALL.stream().map(Fold::name).toList());
  }

  /** A graph that grows by one random layer at a time, mostly at its end. */
  private static final class Growth {
    private final Random random;
    private final Nets nets;
    private final Graph.Builder builder = Graph.builder();
    private final List<Integer> values = new ArrayList<>();

    Growth(int seed) {
      random = new Random(seed);
      nets = new Nets(seed);
      Shape map =
          Shape.of(2 + 2 * random.nextInt(2), 3 + random.nextInt(12), 3 + random.nextInt(12));
      Shape input = random.nextInt(4) > 0 ? map : Shape.of(map.channels(), map.width());
      values.add(builder.add("x", new Op.Input(input), List.of()));
    }

    Graph graph() {
      for (int layers = 2 + random.nextInt(8); layers > 0; layers--) {
        grow();
      }
      builder.output("last", values.get(values.size() - 1));
      if (random.nextInt(6) == 0) {
        builder.output("other", values.get(random.nextInt(values.size())));
      }
      return builder.build();
    }

    private void grow() {
      int last = values.get(values.size() - 1);
      int from = random.nextInt(5) == 0 ? values.get(random.nextInt(values.size())) : last;
      List<Integer> inputs = new ArrayList<>(List.of(from));
      Op op = op(builder.shape(from));
      if (op instanceof Op.Add) {
        values.stream()
            .filter(v -> v != from && builder.shape(v).equals(builder.shape(from)))
            .forEach(inputs::add);
      }
      try {
        values.add(builder.add("v" + values.size(), op, inputs));
      } catch (IllegalArgumentException doesNotFit) {
        // Then this layer is left out.
      }
    }

    private Op op(Shape shape) {
      int channels = shape.channels();
      return switch (random.nextInt(shape.rank() == 1 ? 6 : 12)) {
        case 0, 1 -> norm(channels);
        case 2 -> activation();
        case 3 -> new Op.Add(Activation.NONE);
        case 4 -> shape.rank() == 1 ? nets.linear(channels, 3) : norm(channels);
        case 5 -> random.nextInt(4) == 0 ? new Op.Identity() : new Op.Flatten();
        case 6 -> new Op.Pool(kind(), window(shape, 1), random.nextBoolean(), random.nextBoolean());
        case 7 -> random.nextInt(3) == 0 ? new Op.GlobalPool(kind()) : nets.scale(channels);
        default -> conv(shape);
      };
    }

    private Op norm(int channels) {
      return switch (random.nextInt(5)) {
        case 0 -> nets.positive(channels);
        case 1 -> nets.withZero(channels);
        case 2 -> nets.scale(channels);
        default -> nets.norm(channels);
      };
    }

    private Op activation() {
      return new Op.Activate(
          switch (random.nextInt(3)) {
            case 0 -> Activation.of(Activation.Kind.LEAKY_RELU, 0.1);
            case 1 -> Activation.of(Activation.Kind.SIGMOID);
            default -> Nets.RELU;
          });
    }

    private Op conv(Shape shape) {
      int groups = shape.channels() % 2 == 0 && random.nextInt(3) == 0 ? 2 : 1;
      int out = random.nextInt(3) == 0 ? shape.channels() : 2 + 2 * random.nextInt(2);
      boolean bias = random.nextBoolean();
      return nets.conv(shape.channels(), out / groups * groups, window(shape, 2), groups, bias);
    }

    private Op.Pool.Kind kind() {
      return random.nextBoolean() ? Op.Pool.Kind.MAX : Op.Pool.Kind.AVERAGE;
    }

    /** Often with padding, of its own on each side. */
    private Window window(Shape shape, int most) {
      boolean flat = shape.rank() == 2;
      int kernel = 1 + random.nextInt(3);
      int same = kernel / 2;
      boolean uneven = random.nextInt(3) == 0;
      return new Window(
          new Window.Pair(flat ? 1 : kernel, kernel),
          new Window.Pair(flat ? 1 : 1 + random.nextInt(2), 1 + random.nextInt(2)),
          new Window.Pair(1, 1 + random.nextInt(most)),
          new Window.Padding(
              flat ? 0 : uneven ? random.nextInt(most + 1) : same,
              uneven ? random.nextInt(most + 1) : same,
              flat ? 0 : uneven ? random.nextInt(most + 1) : same,
              uneven ? random.nextInt(most + 1) : same));
    }
  }
}
