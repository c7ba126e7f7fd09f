package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Which values share memory. A block holds one value and whatever else lies among its channels: the
 * value in other shapes, slices of it, and what a concatenation joins, which is computed in its
 * place there and never copied. All of them have as many positions. All that lies at one place of a
 * block is the same, until the last of it is read by an operator that may write where it reads; so
 * a block may live from the first of its values to the last, and nothing in it is lost.
 *
 * <p>Values are let share one after the other, and only where the most that is alive at one step
 * does not grow: a block can live longer than its parts would, so sharing can also cost memory.
 * Immutable.
 *
 * <p>What a chain reads stays until its last operator has run, so that the result does not lie over
 * it.
 */
final class Blocks {
  /**
   * Where a value lies.
   *
   * @param block the value that fills the block
   * @param channel channels before it there
   */
  record Place(int block, int channel) {}

  private final Graph graph;
  private final List<List<Node>> chains;
  private final Map<Integer, Place> places;
  private final Map<Integer, Integer> times = new HashMap<>();
  private final Map<Integer, Integer> lastReads = new HashMap<>();
  private final Map<Integer, List<Integer>> chainInputs = new HashMap<>(); // by the chain's result
  private final Map<Integer, Arena.Block> lifetimes = new HashMap<>();

  private Blocks(Graph graph, List<List<Node>> chains, Map<Integer, Place> places) {
    this.graph = graph;
    this.chains = chains;
    this.places = places;
    int time = 0;
    for (List<Node> chain : chains) {
      int end = time + chain.size() - 1;
      List<Integer> read = chain.get(0).inputs();
      if (chain.size() > 1) {
        read.forEach(input -> read(input, end));
        chainInputs.put(chain.get(chain.size() - 1).id(), read);
      }
      for (Node node : chain) {
        runs(node, time++);
      }
    }
    int end = time;
    graph.outputs().forEach(output -> read(output.id(), end));
  }

  private void runs(Node node, int time) {
    times.put(node.id(), time);
    if (node.op() instanceof Op.Input) {
      live(node.id(), -1);
    } else if (isStep(node)) {
      live(node.id(), time);
      node.inputs().forEach(input -> read(input, time));
    }
  }

  private void read(int id, int time) {
    live(id, time);
    lastReads.merge(id, time, Math::max);
  }

  private void live(int id, int time) {
    int block = place(id).block();
    lifetimes.merge(
        block,
        new Arena.Block(size(block), time, time),
        (old, now) ->
            new Arena.Block(old.size(), Math.min(old.from(), time), Math.max(old.to(), time)));
  }

  /**
   * Shares what can be shared.
   *
   * @param chains the graph's operators in the order in which they run
   */
  static Blocks of(Graph graph, List<List<Node>> chains) {
    List<Node> nodes = chains.stream().flatMap(List::stream).toList();
    Blocks blocks = new Blocks(graph, chains, apart(graph, nodes));
    for (Node node : nodes) {
      blocks = blocks.better(blocks.joined(node));
    }
    for (Node node : nodes) {
      Blocks before = blocks;
      for (int operand : replaceable(graph, node)) {
        blocks = blocks == before ? blocks.better(blocks.overwriting(node, operand)) : blocks;
      }
    }
    return blocks;
  }

  /** Every value by itself, but for those that are their input's memory. */
  private static Map<Integer, Place> apart(Graph graph, List<Node> nodes) {
    Map<Integer, Place> places = new HashMap<>();
    for (Node node : nodes) {
      places.put(
          node.id(),
          isView(graph, node) ? known(places, node.inputs().get(0)) : new Place(node.id(), 0));
    }
    return places;
  }

  private Blocks with(Map<Integer, Place> other) {
    return new Blocks(graph, chains, other);
  }

  private Blocks better(Blocks other) {
    boolean cheap =
        other == this || Arena.lowerBound(other.lifetimes()) <= Arena.lowerBound(lifetimes());
    return cheap ? other : this;
  }

  // ---- slices and concatenations ----

  private Blocks joined(Node node) {
    if (node.op() instanceof Op.Slice slice && isRange(slice)) {
      return with(moved(places, node.id(), part(node, slice)));
    }
    if (node.op() instanceof Op.Concat) {
      return with(concatenated(node));
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
    return new Place(whole.block(), whole.channel() + slice.start());
  }

  /** With the blocks of the operands inside of the concatenation's, as many as fit. */
  private Map<Integer, Place> concatenated(Node concat) {
    Map<Integer, Place> joined = places;
    int at = 0;
    for (int operand : concat.inputs()) {
      Place place = known(joined, operand);
      int start = at - place.channel();
      if (fits(joined, concat, place.block(), start)) {
        joined = moved(joined, place.block(), new Place(concat.id(), start));
      }
      at += channels(operand);
    }
    return joined;
  }

  /**
   * Whether a whole block can lie inside of a concatenation: all operands that would overlap it lie
   * in it, just where the concatenation has them.
   */
  private boolean fits(Map<Integer, Place> joined, Node concat, int block, int start) {
    int end = start + channels(block);
    boolean fits = block != concat.id() && start >= 0 && end <= concat.shape().channels();
    int at = 0;
    for (int operand : concat.inputs()) {
      int next = at + channels(operand);
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
            place.block() == block ? new Place(to.block(), to.channel() + place.channel()) : place);
    return moved;
  }

  // ---- in place ----

  /** The operands in whose place the kernel may write. */
  private static List<Integer> replaceable(Graph graph, Node node) {
    boolean one =
        node.op() instanceof Op.Activate
            || node.op() instanceof Op.Elementwise
            || node.op() instanceof Op.Affine
            || node.op() instanceof Op.BatchNorm;
    boolean two = node.op() instanceof Op.Add || node.op() instanceof Op.Multiply;
    boolean addend = node.op() instanceof Op.Conv && node.inputs().size() == 2;
    return node.inputs().stream()
        .skip(addend ? 1 : 0)
        .limit(one || addend ? 1 : two ? 2 : 0)
        .filter(operand -> graph.node(operand).shape().equals(node.shape()))
        .toList();
  }

  /**
   * With a value in the place of an operand, if neither that nor anything else there is read any
   * more and neither another operand nor what its chain reads lies there; and if one of the two
   * fills its block, which then goes into the other's.
   */
  private Blocks overwriting(Node node, int operand) {
    Place to = place(node.id());
    Place from = place(operand);
    boolean alone = readWith(node).filter(input -> meets(input, from, node)).count() == 1;
    if (to.block() == from.block() || !alone || !isDead(from, node)) {
      return this;
    }
    if (channels(to.block()) == node.shape().channels()) {
      return with(moved(places, to.block(), from));
    }
    return channels(from.block()) == node.shape().channels()
        ? with(moved(places, from.block(), to))
        : this;
  }

  /** What may be read while a value is written. */
  private Stream<Integer> readWith(Node node) {
    return Stream.concat(
        node.inputs().stream(), chainInputs.getOrDefault(node.id(), List.of()).stream());
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
        && place.channel() < at.channel() + node.shape().channels()
        && at.channel() < place.channel() + channels(id);
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
      int at = whole.channel();
      boolean complete = true;
      for (int operand : node.inputs()) {
        complete &= place(operand).equals(new Place(whole.block(), at));
        at += channels(operand);
      }
      return !complete;
    }
    return !(node.op() instanceof Op.Input || isView(graph, node));
  }

  /**
   * Whether the value is its input's memory: the order of its elements stays as it is if the number
   * of channels does, and linear layers read maps too, so for them nothing needs to be in order.
   */
  private static boolean isView(Graph graph, Node node) {
    return keepsOrder(graph, node) || (isReshaped(node.op()) && onlyLinear(graph, node.id()));
  }

  private static boolean keepsOrder(Graph graph, Node node) {
    return isReshaped(node.op())
        && graph.producer(node).shape().channels() == node.shape().channels();
  }

  private static boolean isReshaped(Op op) {
    return op instanceof Op.Flatten || op instanceof Op.Reshape || op instanceof Op.Identity;
  }

  /** Whether none but linear layers read the value, also in other shapes. */
  private static boolean onlyLinear(Graph graph, int id) {
    return graph.outputs().stream().noneMatch(output -> output.id() == id)
        && graph.nodes().stream()
            .filter(reader -> reader.inputs().contains(id))
            .allMatch(
                reader ->
                    reader.op() instanceof Op.Linear
                        || (isReshaped(reader.op()) && onlyLinear(graph, reader.id())));
  }

  /** The shape in which a value lies in memory: its own, or of the map that it is read as. */
  Shape shape(int id) {
    Node node = graph.node(id);
    if (!isView(graph, node)) {
      return node.shape();
    }
    int input = node.inputs().get(0);
    Shape shape = shape(input);
    return shape.equals(graph.node(input).shape()) && keepsOrder(graph, node)
        ? node.shape()
        : shape;
  }

  private int channels(int id) {
    return shape(id).channels();
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
