package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The execution of a graph: its kernels in order and its memory.
 *
 * @param chains the steps in the order in which they run; together those that a backend may compute
 *     as one, without storing what passes between, and every other one by itself
 * @param regions where each value lives, by its id; without those that are never stored, as a
 *     convolution adds them to others
 * @param arena floats of working memory
 * @param lowerBound floats that are alive at once: no placement could do without
 */
public record Plan(
    List<List<Step>> chains, Map<Integer, Region> regions, int arena, long lowerBound) {

  /**
   * Plans a graph.
   *
   * @throws IllegalArgumentException if it needs more memory than an array holds, with the figure,
   *     as a predicate whose subject is the network
   */
  public static Plan of(Graph graph) {
    List<Node> nodes = Residuals.fused(graph);
    List<List<Node>> chains = Chains.of(graph, nodes);
    Blocks blocks = Blocks.of(graph, chains);
    Arena arena = Arena.of(blocks.lifetimes());
    if (arena.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "needs %,d floats of working memory; an array holds %,d",
              arena.size(),
              Integer.MAX_VALUE));
    }
    Map<Integer, Region> regions = new LinkedHashMap<>();
    List<Integer> numbers = blocks.blocks();
    for (Node node : nodes) {
      Blocks.Place place = blocks.place(node.id());
      long offset = arena.offset(numbers.indexOf(place.block())) + place.channel();
      Shape shape = blocks.shape(node.id());
      int stride = (shape.plane() == 1 ? shape : blocks.shape(place.block())).channels();
      regions.put(node.id(), new Region((int) offset, shape, stride));
    }
    List<List<Step>> steps =
        chains.stream()
            .map(chain -> chain.stream().filter(blocks::isStep).map(n -> step(graph, n, regions)))
            .map(Stream::toList)
            .filter(chain -> !chain.isEmpty())
            .toList();
    return new Plan(steps, regions, (int) arena.size(), Arena.lowerBound(blocks.lifetimes()));
  }

  private static Step step(Graph graph, Node node, Map<Integer, Region> regions) {
    List<Region> inputs = node.inputs().stream().map(id -> region(regions, id)).toList();
    return new Step(node, lowered(graph, node), inputs, region(regions, node.id()));
  }

  /** In the order in which they run. */
  public List<Step> steps() {
    return chains.stream().flatMap(List::stream).toList();
  }

  /** Where a value lives. */
  public Region region(int id) {
    return region(regions, id);
  }

  /** A batch normalization that was not folded is an affine; a global pool is one window. */
  private static Op lowered(Graph graph, Node node) {
    if (node.op() instanceof Op.BatchNorm norm) {
      return new Op.Affine(norm.scale(), norm.shift(), Activation.NONE);
    }
    if (node.op() instanceof Op.GlobalPool pool) {
      Shape map = graph.producer(node).shape();
      Window.Pair one = new Window.Pair(1, 1);
      Window whole =
          new Window(new Window.Pair(map.height(), map.width()), one, one, Window.Padding.NONE);
      return new Op.Pool(pool.kind(), whole, false, false);
    }
    return node.op();
  }

  private static Region region(Map<Integer, Region> regions, int id) {
    Region region = regions.get(id);
    if (region == null) {
      throw new IllegalArgumentException("no value " + id);
    }
    return region;
  }
}
