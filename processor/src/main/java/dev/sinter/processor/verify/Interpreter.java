package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes a graph for one image in double, operator by operator, from the definitions. It is what
 * folds and kernels are measured against, so it is written to be compared with a textbook.
 *
 * <p>Beside each result y stands its magnitude m(y). If the constants and inputs that y depends on
 * are wrong by a factor within 1 ± δ each, y is wrong by about δ·m(y) for each constant on the way.
 * For a sum of products m(y) = Σ|w|·m(x) + |b|; for a function with |f′| ≤ L it is L·m(x) + |f(x)|,
 * where the second term stands for what computing f itself loses.
 *
 * <p>Each element is summed by one thread in one order, so results do not depend on threads.
 */
public final class Interpreter implements Op.Visitor<Value> {
  /** Multiplications that are worth the start of other threads. */
  private static final long PARALLEL = 1 << 18;

  private final Node node;
  private final List<Value> inputs;
  private final double least;

  private Interpreter(Node node, List<Value> inputs, double least) {
    this.node = node;
    this.inputs = inputs;
    this.least = least;
  }

  /**
   * Every value of the graph, by id.
   *
   * @param inputs the elements of each of the graph's inputs, in the order of their shapes
   * @throws IllegalArgumentException if an input is missing or of another length
   */
  public static Map<Integer, Value> run(Graph graph, Map<Integer, double[]> inputs) {
    return run(graph, inputs, 0);
  }

  /**
   * As above.
   *
   * @param least what a constant other than 0 counts as, at least, in magnitudes
   */
  static Map<Integer, Value> run(Graph graph, Map<Integer, double[]> inputs, double least) {
    Map<Integer, Value> values = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      List<Value> read = node.inputs().stream().map(values::get).toList();
      values.put(node.id(), value(node, read, inputs, least));
    }
    return values;
  }

  /**
   * One value of a graph.
   *
   * @param read the values that it reads
   * @param inputs the elements of each of the graph's inputs
   * @throws IllegalArgumentException if it is an input that is missing or of another length
   */
  static Value value(Node node, List<Value> read, Map<Integer, double[]> inputs, double least) {
    return node.op() instanceof Op.Input
        ? given(node, inputs.get(node.id()))
        : node.op().accept(new Interpreter(node, read, least));
  }

  private static Value given(Node node, double @Nullable [] elements) {
    if (elements == null || elements.length != node.shape().size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "input '%s' is %s; given are %s elements",
              node.name(),
              node.shape(),
              elements == null ? "no" : elements.length));
    }
    Value value = new Value(node.shape());
    for (int i = 0; i < elements.length; i++) {
      value.set(i, elements[i], Math.abs(elements[i]));
    }
    return value;
  }

  @Override
  public Value input(Op.Input op) {
    throw new IllegalStateException("an input is given, not computed");
  }

  @Override
  public Value conv(Op.Conv op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    Span[] rows = Span.of(op.window().rows(), y.shape().height(), x.shape().height());
    Span[] columns = Span.of(op.window().columns(), y.shape().width(), x.shape().width());
    int[] rowClasses = Span.classes(rows);
    int[] columnClasses = Span.classes(columns);
    int across = columnClasses[columns.length - 1] + 1;
    int plane = plane(y.shape());
    parallel(
        op.outputs(),
        op.macs(y.shape()),
        o -> {
          Filter filter = new Filter(op, o, least);
          for (int i = 0; i < plane; i++) {
            int row = i / columns.length;
            int column = i % columns.length;
            int place = filter.hasClasses() ? rowClasses[row] * across + columnClasses[column] : 0;
            filter.apply(x, place, rows[row], columns[column], y, o * plane + i);
          }
        });
    return activated(y, op.activation());
  }

  @Override
  public Value convTranspose(Op.ConvTranspose op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    parallel(op.outputs(), op.macs(y.shape()), o -> new Stamp(op, o, least).apply(x, y, o));
    return activated(y, op.activation());
  }

  @Override
  public Value linear(Op.Linear op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    Tensor weight = op.weight();
    Tensor bias = op.bias();
    parallel(
        op.outputs(),
        op.macs(y.shape()),
        o -> {
          double sum = bias == null ? 0 : bias.get(o);
          double magnitude = magnitude(sum, least);
          for (int i = 0; i < x.size(); i++) {
            double w = weight.get(o * x.size() + i);
            sum += w * x.value(i);
            magnitude += magnitude(w, least) * x.magnitude(i);
          }
          y.set(o, sum, magnitude);
        });
    return activated(y, op.activation());
  }

  @Override
  public Value batchNorm(Op.BatchNorm op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    int plane = plane(y.shape());
    for (int i = 0; i < y.size(); i++) {
      int c = i / plane;
      double gamma = op.gamma().get(c);
      double beta = op.beta().get(c);
      double mean = op.mean().get(c);
      double deviation = Math.sqrt(op.variance().get(c) + op.epsilon());
      double scale = gamma / deviation;
      y.set(
          i,
          gamma * (x.value(i) - mean) / deviation + beta,
          magnitude(scale, least) * x.magnitude(i)
              + magnitude(scale * mean, least)
              + magnitude(beta, least));
    }
    return y;
  }

  @Override
  public Value affine(Op.Affine op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    int plane = plane(y.shape());
    for (int i = 0; i < y.size(); i++) {
      double scale = op.scale().get(i / plane);
      double shift = op.shift().get(i / plane);
      y.set(
          i,
          scale * x.value(i) + shift,
          magnitude(scale, least) * x.magnitude(i) + magnitude(shift, least));
    }
    return activated(y, op.activation());
  }

  @Override
  public Value activate(Op.Activate op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    for (int i = 0; i < y.size(); i++) {
      y.set(i, x.value(i), x.magnitude(i));
    }
    return activated(y, op.activation());
  }

  @Override
  public Value pool(Op.Pool op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    Pooling pooling = new Pooling(op.kind(), op.window(), op.countPadding());
    Span[] rows = Span.of(op.window().rows(), y.shape().height(), x.shape().height());
    Span[] columns = Span.of(op.window().columns(), y.shape().width(), x.shape().width());
    for (int i = 0; i < y.size(); i++) {
      Span row = rows[i / columns.length % rows.length];
      Span column = columns[i % columns.length];
      pooling.apply(x, i / plane(y.shape()), row, column, y, i);
    }
    return y;
  }

  @Override
  public Value globalPool(Op.GlobalPool op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    Pooling pooling = Pooling.global(op.kind());
    Span row = new Span(0, 0, x.shape().height(), x.shape().height());
    Span column = new Span(0, 0, x.shape().width(), x.shape().width());
    for (int c = 0; c < y.size(); c++) {
      pooling.apply(x, c, row, column, y, c);
    }
    return y;
  }

  @Override
  public Value add(Op.Add op) {
    Value y = new Value(node.shape());
    for (int i = 0; i < y.size(); i++) {
      double sum = 0;
      double magnitude = 0;
      for (Value x : inputs) {
        sum += x.value(i);
        magnitude += x.magnitude(i);
      }
      y.set(i, sum, magnitude);
    }
    return activated(y, op.activation());
  }

  @Override
  public Value multiply(Op.Multiply op) {
    Value y = new Value(node.shape());
    int plane = plane(y.shape());
    for (int i = 0; i < y.size(); i++) {
      double product = 1;
      double magnitude = 1;
      for (Value x : inputs) {
        int at = x.size() == y.size() ? i : i / plane;
        product *= x.value(at);
        magnitude *= x.magnitude(at);
      }
      y.set(i, product, magnitude);
    }
    return activated(y, op.activation());
  }

  @Override
  public Value concat(Op.Concat op) {
    Value y = new Value(node.shape());
    int at = 0;
    for (Value x : inputs) {
      for (int i = 0; i < x.size(); i++) {
        y.set(at++, x.value(i), x.magnitude(i));
      }
    }
    return y;
  }

  @Override
  public Value slice(Op.Slice op) {
    Value x = inputs.get(0);
    List<Integer> extents = x.shape().extents();
    int extent = extents.get(op.axis());
    int inner = (int) new Shape(extents.subList(op.axis() + 1, extents.size())).size();
    int taken = node.shape().extent(op.axis());
    return moved(
        i -> {
          int index = op.start() + i / inner % taken * op.step();
          return (i / inner / taken * extent + index) * inner + i % inner;
        });
  }

  @Override
  public Value channelShuffle(Op.ChannelShuffle op) {
    int plane = plane(node.shape());
    int size = node.shape().channels() / op.groups();
    return moved(
        i -> {
          int c = i / plane;
          return (c % op.groups() * size + c / op.groups()) * plane + i % plane;
        });
  }

  /** Each element is one of the input's. */
  private Value moved(IntUnaryOperator from) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    for (int i = 0; i < y.size(); i++) {
      int at = from.applyAsInt(i);
      y.set(i, x.value(at), x.magnitude(at));
    }
    return y;
  }

  @Override
  public Value pad(Op.Pad op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    Shape map = x.shape();
    for (int i = 0; i < y.size(); i++) {
      int c = i / plane(y.shape()) - op.before();
      int h = i / y.shape().width() % y.shape().height() - op.padding().top();
      int w = i % y.shape().width() - op.padding().left();
      if (within(c, map.channels()) && within(h, map.height()) && within(w, map.width())) {
        int at = (c * map.height() + h) * map.width() + w;
        y.set(i, x.value(at), x.magnitude(at));
      } else {
        y.set(i, op.value(), magnitude(op.value(), least));
      }
    }
    return y;
  }

  private static boolean within(int index, int extent) {
    return index >= 0 && index < extent;
  }

  @Override
  public Value upsample(Op.Upsample op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    Sample[] rows = Sample.of(op, y.shape().height(), x.shape().height());
    Sample[] columns = Sample.of(op, y.shape().width(), x.shape().width());
    for (int i = 0; i < y.size(); i++) {
      Sample row = rows[i / columns.length % rows.length];
      Sample column = columns[i % columns.length];
      int map = i / plane(y.shape()) * plane(x.shape());
      int above = map + row.first() * x.shape().width();
      int below = map + row.second() * x.shape().width();
      y.set(
          i,
          row.between(column.at(x::value, above), column.at(x::value, below)),
          row.between(column.at(x::magnitude, above), column.at(x::magnitude, below)));
    }
    return y;
  }

  @Override
  public Value reshape(Op.Reshape op) {
    return inputs.get(0).reshaped(node.shape());
  }

  @Override
  public Value flatten(Op.Flatten op) {
    return inputs.get(0).reshaped(node.shape());
  }

  /**
   * The greatest element is subtracted from all, which changes nothing and cannot overflow. The
   * magnitude: if each x is off by at most e = δ·max m(x), then y'/y lies within e^(±2e), so y is
   * off by about 2·e·y.
   */
  @Override
  public Value softmax(Op.Softmax op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    int plane = plane(y.shape());
    for (int position = 0; position < plane; position++) {
      double greatest = Double.NEGATIVE_INFINITY;
      double magnitude = 0;
      for (int i = position; i < y.size(); i += plane) {
        greatest = Math.max(greatest, x.value(i));
        magnitude = Math.max(magnitude, x.magnitude(i));
      }
      double sum = 0;
      for (int i = position; i < y.size(); i += plane) {
        sum += StrictMath.exp(x.value(i) - greatest);
      }
      for (int i = position; i < y.size(); i += plane) {
        double share = StrictMath.exp(x.value(i) - greatest) / sum;
        y.set(i, share, share * (1 + 2 * magnitude));
      }
    }
    return y;
  }

  @Override
  public Value constant(Op.Constant op) {
    Value y = new Value(node.shape());
    for (int i = 0; i < y.size(); i++) {
      y.set(i, op.values().get(i), magnitude(op.values().get(i), least));
    }
    return y;
  }

  /** The slope is that at x itself: what it is a little further on is of second order. */
  @Override
  public Value elementwise(Op.Elementwise op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    PointFunction function = PointFunction.of(op.function(), op.parameter());
    for (int i = 0; i < y.size(); i++) {
      double value = function.at(x.value(i));
      y.set(i, value, function.slope(x.value(i)) * x.magnitude(i) + magnitude(value, least));
    }
    return y;
  }

  @Override
  public Value binary(Op.Binary op) {
    Value a = inputs.get(0);
    Value b = inputs.get(1);
    Value y = new Value(node.shape());
    for (int i = 0; i < y.size(); i++) {
      int left = stretched(a.shape(), i);
      int right = stretched(b.shape(), i);
      Operation.apply(
          op.operation(),
          a.value(left),
          a.magnitude(left),
          b.value(right),
          b.magnitude(right),
          y,
          i);
    }
    return activated(y, op.activation());
  }

  /** Which element of an operand meets this one of the result. */
  private int stretched(Shape operand, int index) {
    int rest = index;
    int at = 0;
    int stride = 1;
    for (int axis = operand.rank() - 1; axis >= 0; axis--) {
      int extent = node.shape().extent(axis);
      at += operand.extent(axis) == 1 ? 0 : rest % extent * stride;
      stride *= operand.extent(axis);
      rest /= extent;
    }
    return at;
  }

  @Override
  public Value reduce(Op.Reduce op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    for (int i = 0; i < y.size(); i++) {
      Reduction.apply(op.kind(), x, i, y);
    }
    return y;
  }

  @Override
  public Value normalization(Op.Normalization op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    int plane = plane(y.shape());
    int size = y.size() / op.groups(); // of a group, whose channels follow each other
    int places = op.overMap() ? 1 : plane;
    int step = op.overMap() ? 1 : plane;
    for (int group = 0; group < op.groups(); group++) {
      for (int place = 0; place < places; place++) {
        Moments moments = Moments.of(x, group * size + place, (group + 1) * size, step);
        for (int i = group * size + place; i < (group + 1) * size; i += step) {
          double scale = op.scale().get(i / plane);
          double shift = op.shift().get(i / plane);
          y.set(
              i,
              scale * moments.standard(x.value(i), op.epsilon()) + shift,
              magnitude(scale, least) * moments.magnitude(x, i, op.epsilon())
                  + magnitude(shift, least));
        }
      }
    }
    return activated(y, op.activation());
  }

  @Override
  public Value rearrange(Op.Rearrange op) {
    Shape shape = op.shape();
    int plane = plane(inputs.get(0).shape());
    return moved(
        i -> {
          Op.Rearrange.Place c = op.channels().get(i / plane(shape));
          Op.Rearrange.Place row = op.rows().get(i / shape.width() % shape.height());
          Op.Rearrange.Place column = op.columns().get(i % shape.width());
          int channel = c.channel() + row.channel() + column.channel();
          return channel * plane + c.position() + row.position() + column.position();
        });
  }

  @Override
  public Value resample(Op.Resample op) {
    Value x = inputs.get(0);
    Value y = new Value(node.shape());
    Op.Resample.Taps rows = op.rows();
    Op.Resample.Taps columns = op.columns();
    for (int i = 0; i < y.size(); i++) {
      int row = i / y.shape().width() % y.shape().height();
      int column = i % y.shape().width();
      double sum = 0;
      double magnitude = 0;
      for (int tap = 0; tap < rows.count() * columns.count(); tap++) {
        int u = tap / columns.count();
        int v = tap % columns.count();
        double weight =
            rows.weights().get(row * rows.count() + u)
                * columns.weights().get(column * columns.count() + v);
        int line = i / plane(y.shape()) * x.shape().height() + rows.first().get(row) + u;
        int at = line * x.shape().width() + columns.first().get(column) + v;
        if (weight != 0) { // what does not count may be infinite
          sum += weight * x.value(at);
          magnitude += Math.abs(weight) * x.magnitude(at);
        }
      }
      y.set(i, sum, magnitude);
    }
    return y;
  }

  @Override
  public Value identity(Op.Identity op) {
    return inputs.get(0);
  }

  private Value activated(Value y, Activation activation) {
    return activated(y, activation, least);
  }

  /** Applies a function to each element, in place. */
  static Value activated(Value y, Activation activation, double least) {
    if (activation.isNone()) {
      return y;
    }
    int plane = plane(y.shape());
    for (int c = 0; c < y.shape().channels(); c++) {
      ScalarFunction function = ScalarFunction.of(activation, c);
      for (int i = c * plane; i < (c + 1) * plane; i++) {
        double value = function.at(y.value(i));
        y.set(i, value, function.slope() * y.magnitude(i) + magnitude(value, least));
      }
    }
    return y;
  }

  /** What a constant counts as in magnitudes. */
  static double magnitude(double constant, double least) {
    return constant == 0 ? 0 : Math.max(Math.abs(constant), least);
  }

  private static int plane(Shape shape) {
    return (int) shape.plane();
  }

  private static void parallel(int count, long work, IntConsumer action) {
    IntStream indices = IntStream.range(0, count);
    (work < PARALLEL ? indices : indices.parallel()).forEach(action);
  }
}
