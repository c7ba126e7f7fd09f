package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.RandomOps;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Networks wired at random of what may share memory: concatenations of any values, also of the same
 * ones, of concatenations and of their parts; views of views; operators that may write where they
 * read; convolutions, which may not, except where they add something; and chains of such. All maps
 * have the same size, so that everything can be joined. Some values in the middle are outputs.
 */
final class SharingGraphs {
  private static final int MOST_CHANNELS = 24;

  private final Random random;
  private final RandomOps ops;
  private final int height;
  private final int width;
  private final Graph.Builder graph = Graph.builder();
  private final List<Integer> values = new ArrayList<>();
  private final Set<Integer> read = new HashSet<>();

  private SharingGraphs(long seed) {
    random = new Random(seed);
    ops = new RandomOps(seed);
    height = 1 + random.nextInt(3);
    width = 1 + random.nextInt(3);
  }

  /** The graph of this number, which is always the same. */
  static Graph of(long seed) {
    return new SharingGraphs(seed).graph();
  }

  private Graph graph() {
    for (int inputs = 1 + random.nextInt(2); inputs > 0; inputs--) {
      add(new Op.Input(Shape.of(1 + random.nextInt(6), height, width)), List.of());
    }
    for (int operators = 3 + random.nextInt(20); operators > 0; operators--) {
      grow(random.nextInt(3) > 0 ? values.get(values.size() - 1) : any());
    }
    for (int id : values) {
      if (!read.contains(id) || random.nextInt(15) == 0) {
        graph.output("value" + id, id);
      }
    }
    return graph.build();
  }

  private int add(Op op, List<Integer> inputs) {
    int id = graph.add("value" + values.size(), op, inputs);
    values.add(id);
    read.addAll(inputs);
    return id;
  }

  private void grow(int x) {
    int channels = graph.shape(x).channels();
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> concat(x);
      case 3, 4 -> {
        int start = random.nextInt(channels);
        int end = start + 1 + random.nextInt(channels - start);
        add(new Op.Slice(0, start, end, random.nextInt(6) == 0 ? 2 : 1), List.of(x));
      }
      case 5 -> add(new Op.Activate(ops.activation(channels)), List.of(x));
      case 6 -> add(random.nextBoolean() ? ops.affine(channels) : ops.norm(channels), List.of(x));
      case 7 -> add(new Op.Add(Activation.NONE), alike(x));
      case 8 -> {
        List<Integer> inputs = alike(x);
        if (isMap(x)) {
          int factors = add(new Op.GlobalPool(Op.Pool.Kind.MAX), List.of(x));
          inputs.add(random.nextInt(3), factors);
        }
        add(new Op.Multiply(Activation.NONE), inputs);
      }
      case 9 -> {
        int flat = add(new Op.Flatten(), List.of(x));
        add(new Op.Reshape(graph.shape(x)), List.of(flat));
      }
      case 10 -> add(new Op.Identity(), List.of(x));
      case 11 -> residual(x, any());
      case 12 -> chain(x);
      default -> {
        int outputs = 1 + random.nextInt(6);
        add(isMap(x) ? ops.conv(channels, outputs) : ops.linear(channels, outputs), List.of(x));
      }
    }
  }

  private void concat(int x) {
    List<Integer> inputs = new ArrayList<>(List.of(x));
    int channels = graph.shape(x).channels();
    for (int more = 1 + random.nextInt(3); more > 0; more--) {
      int next = any();
      if (isMap(next) == isMap(x) && graph.shape(next).plane() == graph.shape(x).plane()) {
        inputs.add(random.nextInt(inputs.size() + 1), next);
        channels += graph.shape(next).channels();
      }
    }
    if (inputs.size() > 1 && channels <= MOST_CHANNELS) {
      add(new Op.Concat(), inputs);
    }
  }

  /** A convolution of one value and another value, added. */
  private void residual(int x, int other) {
    if (isMap(x) && isMap(other) && graph.shape(x).plane() == graph.shape(other).plane()) {
      int channels = graph.shape(x).channels();
      int conv = add(ops.conv(channels, graph.shape(other).channels()), List.of(x));
      add(
          new Op.Add(Activation.NONE),
          random.nextBoolean() ? List.of(conv, other) : List.of(other, conv));
    }
  }

  /** Convolutions that may run as one, and perhaps the sum with what they read or another value. */
  private void chain(int x) {
    if (!isMap(x)) {
      return;
    }
    int channels = graph.shape(x).channels();
    boolean expands = random.nextInt(3) > 0;
    int within = expands ? 1 + random.nextInt(8) : channels;
    int last = expands ? add(point(channels, within), List.of(x)) : x;
    Window window = ops.conv(1, 1).window();
    last = add(ops.conv(window, within, within, within, true), List.of(last));
    if (expands && random.nextInt(3) == 0) {
      return;
    }
    int other = random.nextBoolean() ? x : any();
    int outputs = graph.shape(other).channels();
    last = add(point(within, outputs), List.of(last));
    if (graph.shape(last).equals(graph.shape(other)) && random.nextInt(3) > 0) {
      add(
          new Op.Add(Activation.NONE),
          random.nextBoolean() ? List.of(last, other) : List.of(other, last));
    }
  }

  private Op.Conv point(int in, int out) {
    Window.Pair one = new Window.Pair(1, 1);
    return ops.conv(new Window(one, one, one, Window.Padding.NONE), 1, in, out, true);
  }

  /** The value and one or two others of its shape, which may be itself. */
  private List<Integer> alike(int x) {
    List<Integer> same =
        values.stream().filter(id -> graph.shape(id).equals(graph.shape(x))).toList();
    List<Integer> inputs = new ArrayList<>(List.of(x));
    for (int more = 1 + random.nextInt(2); more > 0; more--) {
      inputs.add(same.get(random.nextInt(same.size())));
    }
    return inputs;
  }

  private boolean isMap(int id) {
    return graph.shape(id).rank() == 3;
  }

  private int any() {
    return values.get(random.nextInt(values.size()));
  }
}
