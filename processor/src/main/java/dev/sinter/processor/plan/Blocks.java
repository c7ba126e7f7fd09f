package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which values share memory. A block holds one value and whatever else lies inside of it: other
 * shapes and slices of the value, and what a concatenation joins, which is computed in its place
 * there and never copied. All that lies at one place of a block is the same, until the last of it
 * is read by an operator that may write where it reads; so a block may live from the first of its
 * values to the last, and nothing in it is lost.
 *
 * <p>Values are let share one after the other, and only where the most that is alive at one step
 * does not grow: a block can live longer than its parts would, so sharing can also cost memory.
 * Immutable.
 */
final class Blocks {
  /**
   * Where a value lies.
   *
   * @param block the value that fills the block
   * @param offset floats before it there
   */
  record Place(int block, long offset) {}

  private final Graph graph;
  private final Map<Integer, Place> places;
  private final Map<Integer, Integer> times = new HashMap<>();
  private final Map<Integer, Integer> lastReads = new HashMap<>();
  private final Map<Integer, Arena.Block> lifetimes = new HashMap<>();

  private Blocks(Graph graph, Map<Integer, Place> places) {
    this.graph = graph;
    this.places = places;
    int time = 0;
    for (Node node : graph.nodes()) {
      times.put(node.id(), time);
      if (node.op() instanceof Op.Input) {
        live(node.id(), -1);
      } else if (isStep(node)) {
        live(node.id(), time);
        for (int input : node.inputs()) {
          live(input, time);
          lastReads.put(input, time);
        }
      }
      time++;
    }
    for (Graph.Output output : graph.outputs()) {
      live(output.id(), time);
      lastReads.put(output.id(), time);
    }
  }

  private void live(int id, int time) {
    int block = place(id).block();
    lifetimes.merge(
        block,
        new Arena.Block(size(block), time, time),
        (old, now) ->
            new Arena.Block(old.size(), Math.min(old.from(), time), Math.max(old.to(), time)));
  }

  /** Shares what can be shared. */
  static Blocks of(Graph graph) {
    Blocks blocks = new Blocks(graph, apart(graph));
    for (Node node : graph.nodes()) {
      blocks = blocks.better(blocks.joined(node));
    }
    for (Node node : graph.nodes()) {
      Blocks before = blocks;
      for (int operand : replaceable(graph, node)) {
        blocks = blocks == before ? blocks.better(blocks.overwriting(node, operand)) : blocks;
      }
    }
    return blocks;
  }

  /** Every value by itself, but for those that are their input in another shape. */
  private static Map<Integer, Place> apart(Graph graph) {
    Map<Integer, Place> places = new HashMap<>();
    for (Node node : graph.nodes()) {
      places.put(
          node.id(),
          isReshaped(node.op()) ? known(places, node.inputs().get(0)) : new Place(node.id(), 0));
    }
    return places;
  }

  private Blocks better(Blocks other) {
    boolean cheap =
        other == this || Arena.lowerBound(other.lifetimes()) <= Arena.lowerBound(lifetimes());
    return cheap ? other : this;
  }

  // ---- slices and concatenations ----

  private Blocks joined(Node node) {
    if (node.op() instanceof Op.Slice slice && isRange(slice)) {
      return new Blocks(graph, moved(places, node.id(), part(node, slice)));
    }
    if (node.op() instanceof Op.Concat) {
      return new Blocks(graph, concatenated(node));
    }
    return this;
  }

  /** Whether what the slice takes lies together. */
  private static boolean isRange(Op.Slice slice) {
    return slice.axis() == 0 && slice.step() == 1;
  }

  /** Where the slice lies in what it takes it from. */
  private Place part(Node node, Op.Slice slice) {
    Place whole = place(node.inputs().get(0));
    return new Place(whole.block(), whole.offset() + slice.start() * node.shape().plane());
  }

  /** With the blocks of the operands inside of the concatenation's, as many as fit. */
  private Map<Integer, Place> concatenated(Node concat) {
    Map<Integer, Place> joined = places;
    long at = 0;
    for (int operand : concat.inputs()) {
      Place place = known(joined, operand);
      long start = at - place.offset();
      if (fits(joined, concat, place.block(), start)) {
        joined = moved(joined, place.block(), new Place(concat.id(), start));
      }
      at += size(operand);
    }
    return joined;
  }

  /**
   * Whether a whole block can lie inside of a concatenation: all operands that would overlap it lie
   * in it, just where the concatenation has them.
   */
  private boolean fits(Map<Integer, Place> joined, Node concat, int block, long start) {
    long end = start + size(block);
    boolean fits = block != concat.id() && start >= 0 && end <= concat.shape().size();
    long at = 0;
    for (int operand : concat.inputs()) {
      long next = at + size(operand);
      boolean meets = at < end && start < next;
      fits &= !meets || known(joined, operand).equals(new Place(block, at - start));
      at = next;
    }
    return fits;
  }

  private static Map<Integer, Place> moved(Map<Integer, Place> places, int block, Place to) {
    Map<Integer, Place> moved = new HashMap<>(places);
    moved.replaceAll(
        (id, place) ->
            place.block() == block ? new Place(to.block(), to.offset() + place.offset()) : place);
    return moved;
  }

  // ---- in place ----

  /** The operands in whose place the kernel may write. */
  private static List<Integer> replaceable(Graph graph, Node node) {
    boolean one =
        node.op() instanceof Op.Activate
            || node.op() instanceof Op.Affine
            || node.op() instanceof Op.BatchNorm;
    boolean two = node.op() instanceof Op.Add || node.op() instanceof Op.Multiply;
    return node.inputs().stream()
        .limit(one ? 1 : two ? 2 : 0)
        .filter(operand -> graph.node(operand).shape().equals(node.shape()))
        .toList();
  }

  /**
   * With a value in the place of an operand, if neither that nor anything else there is read any
   * more and no other operand lies there; and if one of the two fills its block, which then goes
   * into the other's.
   */
  private Blocks overwriting(Node node, int operand) {
    Place to = place(node.id());
    Place from = place(operand);
    boolean alone = node.inputs().stream().filter(input -> meets(input, from, node)).count() == 1;
    if (to.block() == from.block() || !alone || !isDead(from, node)) {
      return this;
    }
    if (size(to.block()) == node.shape().size()) {
      return new Blocks(graph, moved(places, to.block(), from));
    }
    return size(from.block()) == node.shape().size()
        ? new Blocks(graph, moved(places, from.block(), to))
        : this;
  }

  private boolean isDead(Place from, Node node) {
    return places.keySet().stream()
        .filter(id -> meets(id, from, node))
        .allMatch(id -> lastReads.getOrDefault(id, -1) <= known(times, node.id()));
  }

  /** Whether a value shares floats with what {@code node} would be at a place. */
  private boolean meets(int id, Place at, Node node) {
    Place place = place(id);
    return place.block() == at.block()
        && place.offset() < at.offset() + node.shape().size()
        && at.offset() < place.offset() + size(id);
  }

  // ---- what has come of it ----

  Place place(int id) {
    return known(places, id);
  }

  /** The blocks and when they are alive, by the places of values in the graph's order. */
  List<Arena.Block> lifetimes() {
    return blocks().stream().map(block -> known(lifetimes, block)).toList();
  }

  /** The blocks, in the order of {@link #lifetimes}. */
  List<Integer> blocks() {
    return lifetimes.keySet().stream().sorted().toList();
  }

  /** Whether something must be done to make a value of what it reads. */
  boolean isStep(Node node) {
    if (node.op() instanceof Op.Slice slice && isRange(slice)) {
      return !place(node.id()).equals(part(node, slice));
    }
    if (node.op() instanceof Op.Concat) {
      Place whole = place(node.id());
      long at = whole.offset();
      boolean complete = true;
      for (int operand : node.inputs()) {
        complete &= place(operand).equals(new Place(whole.block(), at));
        at += size(operand);
      }
      return !complete;
    }
    return !(node.op() instanceof Op.Input || isReshaped(node.op()));
  }

  /** Whether the value is its input's memory, read in another shape. */
  private static boolean isReshaped(Op op) {
    return op instanceof Op.Flatten || op instanceof Op.Reshape || op instanceof Op.Identity;
  }

  private long size(int id) {
    return graph.node(id).shape().size();
  }

  private static <V> V known(Map<Integer, V> map, int id) {
    V value = map.get(id);
    if (value == null) {
      throw new IllegalArgumentException("no value " + id);
    }
    return value;
  }
}
