package dev.sinter.processor.ir;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Networks of 3 to 30 operators of every kind, wired at random: each reads the value before it, or
 * any other; values have several readers; some in the middle are outputs, and so is each that
 * nothing reads. Batch normalizations and what takes them in come most often; and some patterns,
 * which chance alone would seldom make, come whole.
 */
public final class RandomGraphs {
  /** Elements of the largest value. */
  private static final int LARGEST = 600;

  /** Operators, unless the last step is a pattern. */
  private static final int MOST = 30;

  private static final Window.Pair ONE = new Window.Pair(1, 1);
  private static final Window POINT = new Window(ONE, ONE, ONE, Window.Padding.NONE);

  private final Choices choices;
  private final RandomOps ops;
  private final Graph.Builder graph = Graph.builder();
  private final List<Integer> values = new ArrayList<>();
  private final List<String> names = new ArrayList<>();
  private final Set<Integer> read = new HashSet<>();

  private RandomGraphs(Choices choices, RandomOps ops) {
    this.choices = choices;
    this.ops = ops;
  }

  /** The graph of this number, which is always the same. */
  public static Graph of(long seed) {
    Random random = new Random(seed);
    Choices choices = Choices.of(random);
    RandomGraphs graphs = new RandomGraphs(choices, new RandomOps(random));
    int inputs = graphs.inputs();
    int operators = 3 + choices.nextInt(MOST - 2);
    while (graphs.values.size() < inputs + operators) {
      graphs.step();
    }
    return graphs.graph(inputs);
  }

  /**
   * The graph of these numbers: the first list chooses the inputs, and each of the others one step,
   * an operator or a pattern of several; the last the outputs, too. So a list that is left out
   * takes one step away, and smaller numbers choose what is simpler. The first number of a list
   * seeds the constants that are made by it.
   */
  public static Graph of(List<List<Integer>> numbers) {
    Choices.Numbers choices = new Choices.Numbers(numbers);
    choices.proceed();
    RandomGraphs graphs = new RandomGraphs(choices, new RandomOps(choices, choices.constants()));
    int inputs = graphs.inputs();
    while (choices.hasNext() && graphs.values.size() < inputs + MOST) {
      choices.proceed();
      graphs.step();
    }
    return graphs.graph(inputs);
  }

  private int inputs() {
    int inputs = 1 + choices.nextInt(2);
    for (int i = 0; i < inputs; i++) {
      add(new Op.Input(inputShape()), List.of());
    }
    return inputs;
  }

  /** One operator more, or a pattern, unless it does not fit. */
  private void step() {
    int x = choices.nextInt(3) > 0 ? values.get(values.size() - 1) : any();
    if (choices.nextBoolean()) {
      pattern(x);
    } else {
      grow(x);
    }
  }

  private Graph graph(int inputs) {
    if (values.size() == inputs) {
      add(new Op.Identity(), List.of(values.get(0)));
    }
    for (int i = inputs; i < values.size(); i++) {
      if (!read.contains(values.get(i)) || choices.oneIn(12)) {
        graph.output(names.get(i), values.get(i));
      }
    }
    return graph.build();
  }

  private void add(Op op, List<Integer> inputs) {
    String name = op.getClass().getSimpleName().toLowerCase(Locale.ROOT) + values.size();
    values.add(graph.add(name, op, inputs));
    names.add(name);
    read.addAll(inputs);
  }

  /** Puts an operator behind a value, unless it does not fit. */
  private void grow(int x) {
    Op op = operator(graph.shape(x));
    List<Integer> inputs =
        joins(op)
            ? alike(x)
            : op instanceof Op.Constant
                ? List.of()
                : op instanceof Op.Binary ? alike(x).subList(0, 2) : List.of(x);
    Optional<Shape> result = result(op, inputs);
    if (result.isPresent()) {
      boolean activated = op instanceof Op.Activatable && choices.oneIn(10);
      add(
          activated ? ((Op.Activatable) op).with(ops.activation(result.get().channels())) : op,
          inputs);
    }
  }

  /** What a fold looks for, behind a map. */
  private void pattern(int x) {
    Shape map = graph.shape(x);
    if (map.rank() == 1) {
      return;
    }
    Op.Conv conv = conv(map);
    int channels = conv.outputs();
    Op relu = new Op.Activate(ops.homogeneous(map.channels()));
    switch (choices.nextInt(20)) {
      case 0 -> chain(x, conv, pool(map), ops.positive(channels));
      case 1, 13 ->
          chain(x, conv, new Op.GlobalPool(poolKind()), new Op.Flatten(), ops.positive(channels));
      case 2, 8, 14 -> {
        Op join = choices.nextBoolean() ? new Op.Add(Activation.NONE) : new Op.Concat();
        int main = chain(x, conv);
        int other = chain(x, ops.conv(conv.window(), 1, map.channels(), channels, false));
        if (main != x && other != x) {
          add(join, List.of(main, other));
          int joined = values.get(values.size() - 1);
          chain(joined, ops.norm(graph.shape(joined).channels()));
        }
      }
      case 3 -> chain(x, conv, new Op.Activate(ops.homogeneous(channels)), ops.scale(channels));
      case 4 -> {
        Window inside = new Window(pair(map, 2), pair(map, 2), pair(map, 2), Window.Padding.NONE);
        chain(x, relu, ops.norm(map.channels()), ops.conv(inside, 1, map.channels(), 3, true));
      }
      case 5 -> chain(x, relu, ops.affine(map.channels()), ops.conv(map.channels(), 4));
      case 6 -> {
        Op.ConvTranspose transposed = convTranspose(map);
        chain(x, transposed, ops.norm(transposed.outputs()));
      }
      case 9 -> {
        Op rearranged = rearranged(map.withMap(channels, map.height(), map.width()));
        chain(x, conv, rearranged, ops.norm(channels));
      }
      case 10 -> {
        Window inside = new Window(pair(map, 2), pair(map, 2), pair(map, 2), Window.Padding.NONE);
        Op.Pad pad = new Op.Pad(new Padding(1, 1).draw(map, choices), 0, 0, choices.nextInt(2));
        chain(x, relu, pad, ops.conv(inside, 1, map.channels(), 3, true));
      }
      case 11 -> {
        Op.Conv wide = ops.conv(conv.window(), 1, map.channels(), channels, choices.nextBoolean());
        chain(x, wide, ops.conv(POINT, 1, channels, 1 + choices.nextInt(channels), true));
      }
      case 12 -> {
        int features = (int) map.size();
        chain(x, new Op.Flatten(), ops.linear(features, 6), ops.linear(6, 4));
      }
      case 7 -> chain(x, relu, ops.scale(map.channels()), convTranspose(map));
      case 15, 16, 17 -> branches(x);
      case 18 -> dead(x);
      default ->
          chain(
              x, relu, ops.norm(map.channels()), new Op.Flatten(), ops.linear((int) map.size(), 3));
    }
  }

  /** Convolutions of a value that keep its shape, it and an affine of it, added up. */
  private void branches(int x) {
    Shape map = graph.shape(x);
    int channels = map.channels();
    int groups = divisor(channels);
    Window.Pair one = new Window.Pair(1, 1);
    int rows = map.rank() == 3 ? choices.nextInt(2) : 0;
    int columns = choices.nextInt(2);
    Window window =
        new Window(
            new Window.Pair(1 + 2 * rows, 1 + 2 * columns),
            one,
            one,
            new Window.Padding(rows, columns, rows, columns));
    Window place = new Window(one, one, one, Window.Padding.NONE);
    Op.Conv dense = ops.conv(window, groups, channels, channels, choices.nextBoolean());
    List<Integer> summands = new ArrayList<>(List.of(chain(x, dense)));
    if (choices.nextBoolean()) {
      summands.add(chain(x, ops.conv(place, groups, channels, channels, choices.nextBoolean())));
    }
    if (choices.nextBoolean()) {
      summands.add(x);
    }
    summands.add(chain(x, ops.norm(channels)));
    add(new Op.Add(Activation.NONE), summands);
  }

  /** A convolution of whose channels some are constant, and one that reads it. */
  private void dead(int x) {
    int channels = 2 + choices.nextInt(5);
    Op.Conv first = ops.conv(graph.shape(x).channels(), channels);
    Op.BatchNorm norm = ops.norm(channels);
    Tensor gamma =
        Tensor.computed(
            Shape.of(channels), c -> c == 0 || choices.nextInt(3) == 0 ? 0 : norm.gamma().get(c));
    int map =
        chain(
            x,
            sized(first, graph.shape(x)),
            new Op.BatchNorm(gamma, norm.beta(), norm.mean(), norm.variance(), norm.epsilon()),
            new Op.Activate(
                choices.nextBoolean() ? ops.homogeneous(channels) : ops.activation(channels)));
    if (choices.nextInt(4) == 0) {
      map = chain(map, pool(graph.shape(map)));
    }
    Shape shape = graph.shape(map);
    if (choices.nextInt(3) == 0) {
      chain(map, new Op.Flatten(), ops.linear((int) shape.size(), 3));
    } else {
      chain(map, sized(ops.conv(shape.channels(), 1 + choices.nextInt(4)), shape));
    }
  }

  /** The same for a sequence, if it is one, and without padding where there is room, at times. */
  private Op.Conv sized(Op.Conv conv, Shape map) {
    int rows = map.rank() == 3 ? 3 : 1;
    boolean fits = map.width() >= 3 && (rows == 1 || map.height() >= 3);
    int padding = fits ? choices.nextInt(2) : 1;
    Window window =
        new Window(
            new Window.Pair(rows, 3),
            conv.window().stride(),
            conv.window().dilation(),
            new Window.Padding(padding * (rows / 2), padding, padding * (rows / 2), padding));
    int channels = conv.weight().shape().extent(1);
    return ops.conv(window, 1, channels, conv.outputs(), choices.nextBoolean());
  }

  /** Puts operators behind a value while they fit, and gives the last. */
  private int chain(int x, Op... behind) {
    int last = x;
    for (Op op : behind) {
      if (result(op, List.of(last)).isEmpty()) {
        return last;
      }
      add(op, List.of(last));
      last = values.get(values.size() - 1);
    }
    return last;
  }

  /** The shape that comes of it, unless it does not fit or is too large. */
  private Optional<Shape> result(Op op, List<Integer> inputs) {
    try {
      return Optional.of(op.infer(inputs.stream().map(graph::shape).toList()))
          .filter(result -> result.size() <= LARGEST);
    } catch (IllegalArgumentException unfit) {
      return Optional.empty();
    }
  }

  private Op operator(Shape x) {
    int channels = x.channels();
    return switch (choices.nextInt(36)) {
      case 0, 1, 2, 3, 4, 5 ->
          x.rank() == 1 ? ops.linear(channels, 1 + choices.nextInt(8)) : conv(x);
      case 6, 7, 8, 9, 10 -> ops.norm(channels);
      case 11, 12, 13 -> new Op.Activate(ops.activation(channels));
      case 14 -> ops.affine(channels);
      case 15, 16 -> new Op.Add(Activation.NONE);
      case 17, 18 -> pool(x);
      case 19 -> new Op.Identity();
      case 20 -> choices.nextBoolean() ? new Op.GlobalPool(poolKind()) : new Op.Flatten();
      case 21 -> choices.nextInt(4) == 0 ? new Op.Softmax() : ops.norm(channels);
      case 22 -> x.rank() == 1 ? ops.norm(channels) : convTranspose(x);
      case 23 -> choices.nextBoolean() ? new Op.Multiply(Activation.NONE) : new Op.Concat();
      case 24 -> slice(x);
      case 25 -> new Op.ChannelShuffle(divisor(channels));
      case 26 -> pad(x);
      case 27 -> upsample(x);
      case 28 ->
          choices.nextBoolean()
              ? new Op.Reshape(Shape.of(Math.toIntExact(x.size()), 1, 1))
              : imported(x);
      default -> ops.norm(channels);
    };
  }

  /** One that no annotation has. */
  private Op imported(Shape x) {
    int channels = x.channels();
    return switch (choices.nextInt(7)) {
      case 0 -> new Op.Constant(ops.vector((int) x.size()).reshaped(x));
      case 1 ->
          new Op.Elementwise(
              pick(Op.Elementwise.Function.ABS, Op.Elementwise.Function.SOFTSIGN), 0);
      case 2 ->
          new Op.Binary(
              pick(Op.Binary.Operation.SUBTRACT, Op.Binary.Operation.MAXIMUM), Activation.NONE);
      case 3 -> new Op.Reduce(pick(Op.Reduce.Kind.MEAN, Op.Reduce.Kind.LOG_SUM_EXP));
      case 4 ->
          new Op.Normalization(
              divisor(channels),
              choices.nextBoolean(),
              0.125,
              ops.vector(channels),
              ops.vector(channels),
              Activation.NONE);
      case 5 ->
          new Op.Rearrange(
              x, backwards(channels), places(x.height(), x.width()), places(x.width(), 1));
      default -> new Op.Resample(taps(x.height()), taps(x.width()));
    };
  }

  private <T> T pick(T first, T second) {
    return choices.nextBoolean() ? second : first;
  }

  private static List<Op.Rearrange.Place> backwards(int channels) {
    List<Op.Rearrange.Place> places = new ArrayList<>();
    for (int c = channels - 1; c >= 0; c--) {
      places.add(new Op.Rearrange.Place(c, 0));
    }
    return places;
  }

  private static List<Op.Rearrange.Place> places(int count, int step) {
    List<Op.Rearrange.Place> places = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      places.add(new Op.Rearrange.Place(0, i * step));
    }
    return places;
  }

  /** Two of an axis, if it has so many, for each element of another as long. */
  private Op.Resample.Taps taps(int extent) {
    int count = Math.min(2, extent);
    List<Integer> first = new ArrayList<>();
    for (int i = 0; i < extent; i++) {
      first.add(choices.nextInt(extent - count + 1));
    }
    return new Op.Resample.Taps(
        first, ops.vector(extent * count).reshaped(Shape.of(extent, count)));
  }

  private static boolean joins(Op op) {
    return op instanceof Op.Add || op instanceof Op.Multiply || op instanceof Op.Concat;
  }

  private int divisor(int number) {
    int divisor = 1 + choices.nextInt(number);
    while (number % divisor != 0) {
      divisor--;
    }
    return divisor;
  }

  private Op.ConvTranspose convTranspose(Shape x) {
    int groups = divisor(x.channels());
    int out = groups * (1 + choices.nextInt(Math.max(1, 6 / groups)));
    Window window =
        new Window(pair(x, 3), pair(x, 2), pair(x, 2), new Padding(1, 1).draw(x, choices));
    return ops.convTranspose(window, groups, x.channels(), out, choices.nextBoolean());
  }

  private Op slice(Shape x) {
    int axis = choices.nextInt(x.rank());
    int start = choices.nextInt(x.extent(axis));
    int end = start + 1 + choices.nextInt(x.extent(axis) - start);
    return new Op.Slice(axis, start, end, 1 + choices.nextInt(2));
  }

  private Op rearranged(Shape x) {
    return choices.nextBoolean() ? upsample(x) : new Op.ChannelShuffle(divisor(x.channels()));
  }

  private Op pad(Shape x) {
    Padding border = x.rank() == 1 ? new Padding(0, 0) : new Padding(1, 1);
    double value = choices.nextBoolean() ? 0 : 0.5;
    return new Op.Pad(border.draw(x, choices), choices.nextInt(2), choices.nextInt(2), value);
  }

  private Op upsample(Shape x) {
    Op.Upsample.Mode mode =
        choices.nextBoolean() ? Op.Upsample.Mode.NEAREST : Op.Upsample.Mode.BILINEAR;
    boolean corners = mode == Op.Upsample.Mode.BILINEAR && choices.nextBoolean();
    int rows = x.rank() == 3 ? x.height() + choices.nextInt(3) : 1;
    return new Op.Upsample(mode, corners, rows, x.width() + choices.nextInt(4));
  }

  private Op.Conv conv(Shape x) {
    int channels = x.channels();
    int groups = divisor(channels);
    int out = groups * (1 + choices.nextInt(Math.max(1, 8 / groups)));
    Window window =
        new Window(pair(x, 3), pair(x, 2), pair(x, 2), new Padding(2, 2).draw(x, choices));
    return ops.conv(window, groups, channels, out, choices.nextBoolean());
  }

  private Op pool(Shape x) {
    Window.Pair kernel = pair(x, 3);
    Padding half = new Padding(kernel.height() / 2, kernel.width() / 2);
    Window window = new Window(kernel, pair(x, 2), pair(x, 2), half.draw(x, choices));
    return new Op.Pool(poolKind(), window, choices.nextBoolean(), choices.nextBoolean());
  }

  private Op.Pool.Kind poolKind() {
    return choices.nextBoolean() ? Op.Pool.Kind.MAX : Op.Pool.Kind.AVERAGE;
  }

  /** One row for a sequence. */
  private Window.Pair pair(Shape x, int most) {
    return new Window.Pair(
        x.rank() == 3 ? 1 + choices.nextInt(most) : 1, 1 + choices.nextInt(most));
  }

  /** The most there may be at each end of a column and of a row. */
  private record Padding(int rows, int columns) {
    Window.Padding draw(Shape x, Choices choices) {
      int most = x.rank() == 3 ? rows : 0;
      return new Window.Padding(
          choices.nextInt(most + 1),
          choices.nextInt(columns + 1),
          choices.nextInt(most + 1),
          choices.nextInt(columns + 1));
    }
  }

  /** The value and one or two others of its shape, which may be itself. */
  private List<Integer> alike(int x) {
    List<Integer> same =
        values.stream().filter(id -> graph.shape(id).equals(graph.shape(x))).toList();
    List<Integer> inputs = new ArrayList<>(List.of(x));
    for (int more = 1 + choices.nextInt(2); more > 0; more--) {
      inputs.add(same.get(choices.nextInt(same.size())));
    }
    return inputs;
  }

  private int any() {
    return values.get(choices.nextInt(values.size()));
  }

  private Shape inputShape() {
    int channels = 1 + choices.nextInt(6);
    return switch (choices.nextInt(6)) {
      case 0 -> Shape.of(channels);
      case 1 -> Shape.of(channels, 1 + choices.nextInt(20));
      default -> Shape.of(channels, 1 + choices.nextInt(9), 1 + choices.nextInt(9));
    };
  }
}
