package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The execution of a graph: its kernels in order and its memory.
 *
 * @param steps in the order in which they run
 * @param regions where each value lives, by its id
 * @param arena floats of working memory
 * @param lowerBound floats that no placement of these values could do without
 */
public record Plan(List<Step> steps, Map<Integer, Region> regions, int arena, long lowerBound) {

  /**
   * Plans a graph.
   *
   * @throws IllegalArgumentException if it needs more memory than an array holds, with the figure,
   *     as a predicate whose subject is the network
   */
  public static Plan of(Graph graph) {
    List<Node> computed = new ArrayList<>();
    Map<Integer, Integer> owners = new HashMap<>();
    for (Node node : graph.nodes()) {
      boolean view = isView(node.op());
      owners.put(node.id(), view ? owner(owners, node.inputs().get(0)) : node.id());
      if (!view && !(node.op() instanceof Op.Input)) {
        computed.add(node);
      }
    }
    List<Integer> blocks = owners.values().stream().distinct().sorted().toList();
    List<Arena.Block> lifetimes =
        blocks.stream().map(id -> lifetime(graph, computed, owners, id)).toList();
    Arena arena = new Arena(lifetimes);
    if (arena.size() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "needs %,d floats of working memory; an array holds %,d",
              arena.size(),
              Integer.MAX_VALUE));
    }
    Map<Integer, Region> regions = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      int block = blocks.indexOf(owner(owners, node.id()));
      regions.put(node.id(), new Region((int) arena.offset(block), node.shape()));
    }
    List<Step> steps = new ArrayList<>();
    for (Node node : computed) {
      List<Region> inputs = node.inputs().stream().map(id -> region(regions, id)).toList();
      steps.add(new Step(node, lowered(graph, node), inputs, region(regions, node.id())));
    }
    return new Plan(steps, regions, (int) arena.size(), Arena.lowerBound(lifetimes));
  }

  /** Whether the value is its input's memory, read in another shape. */
  private static boolean isView(Op op) {
    return op instanceof Op.Flatten || op instanceof Op.Reshape || op instanceof Op.Identity;
  }

  /** Where a value lives. */
  public Region region(int id) {
    return region(regions, id);
  }

  /** The first float past a value's own memory is free while no later step reads the value. */
  private static Arena.Block lifetime(
      Graph graph, List<Node> steps, Map<Integer, Integer> owners, int block) {
    int from = -1;
    int to = -1;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).id() == block) {
        from = i;
        to = i;
      }
      if (steps.get(i).inputs().stream().anyMatch(id -> owner(owners, id) == block)) {
        to = i;
      }
    }
    boolean given = graph.outputs().stream().anyMatch(o -> owner(owners, o.id()) == block);
    return new Arena.Block(graph.node(block).shape().size(), from, given ? steps.size() : to);
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

  private static int owner(Map<Integer, Integer> owners, int id) {
    return known(owners, id);
  }

  private static Region region(Map<Integer, Region> regions, int id) {
    return known(regions, id);
  }

  private static <V> V known(Map<Integer, V> map, int id) {
    V value = map.get(id);
    if (value == null) {
      throw new IllegalArgumentException("no value " + id);
    }
    return value;
  }
}
