package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A convolution as products of matrices in double: the taps of some places are gathered, and each
 * output is a sum of rows of them. The sums of {@link Interpreter}, in another order and without
 * magnitudes, but faster; each element is summed by one thread in one order.
 */
final class MatrixConvolution {
  private static final int PLACES = 128;
  private static final int OUTPUTS = 64;

  /** Rows that are added at once. */
  private static final int ROWS = 4;

  private final Op.Conv op;
  private final Value x;
  private final Value y;
  private final int plane;
  private final int ofGroup; // outputs of a group
  private final int taps; // rounded up to a multiple of ROWS
  private final double[] weights;
  private final double[] padValues; // of all channels, or none if they are zeros

  private MatrixConvolution(Op.Conv op, Value x, Shape result) {
    this.op = op;
    this.x = x;
    this.y = new Value(result);
    this.plane = result.height() * result.width();
    this.ofGroup = op.outputs() / op.groups();
    this.taps = (op.taps() + ROWS - 1) / ROWS * ROWS;
    this.weights = new double[op.outputs() * taps];
    for (int i = 0; i < op.weight().size(); i++) {
      weights[i / op.taps() * taps + i % op.taps()] = op.weight().get(i);
    }
    this.padValues = op.padValue() == null ? new double[0] : op.padValue().toDoubles();
  }

  /** The result without bias and activation. */
  static Value products(Op.Conv op, Value x, Shape result) {
    MatrixConvolution conv = new MatrixConvolution(op, x, result);
    int chunks = (conv.ofGroup + OUTPUTS - 1) / OUTPUTS;
    int blocks = (conv.plane + PLACES - 1) / PLACES;
    IntStream.range(0, op.groups() * chunks * blocks)
        .parallel()
        .forEach(
            part ->
                conv.part(
                    part / blocks / chunks,
                    part / blocks % chunks * OUTPUTS,
                    part % blocks * PLACES));
    return conv.y;
  }

  /** Some outputs of a group at some places. */
  private void part(int group, int firstOutput, int firstPlace) {
    int places = Math.min(PLACES, plane - firstPlace);
    double[][] gathered = gathered(group, firstPlace, places);
    double[] sums = new double[places];
    for (int o = firstOutput; o < Math.min(ofGroup, firstOutput + OUTPUTS); o++) {
      Arrays.fill(sums, 0);
      int output = group * ofGroup + o;
      for (int tap = 0; tap < taps; tap += ROWS) {
        add(sums, gathered, tap, output * taps + tap);
      }
      for (int p = 0; p < places; p++) {
        y.set(output * plane + firstPlace + p, sums[p], 0);
      }
    }
  }

  private void add(double[] sums, double[][] gathered, int tap, int weight) {
    add(
        sums,
        gathered[tap],
        gathered[tap + 1],
        gathered[tap + 2],
        gathered[tap + 3],
        weights[weight],
        weights[weight + 1],
        weights[weight + 2],
        weights[weight + 3]);
  }

  private static void add(
      double[] sums,
      double[] row0,
      double[] row1,
      double[] row2,
      double[] row3,
      double w0,
      double w1,
      double w2,
      double w3) {
    for (int p = 0; p < sums.length; p++) {
      sums[p] += w0 * row0[p] + w1 * row1[p] + w2 * row2[p] + w3 * row3[p];
    }
  }

  /** What each tap reads at each of the places, a row a tap; rows of zeros behind the last. */
  private double[][] gathered(int group, int firstPlace, int places) {
    double[][] rows = new double[taps][places];
    Window.Axis down = op.window().rows();
    Window.Axis across = op.window().columns();
    Shape map = x.shape();
    int firstChannel = group * op.weight().shape().extent(1);
    for (int tap = 0; tap < op.taps(); tap++) {
      int channel = firstChannel + tap / (down.kernel() * across.kernel());
      int dy = tap / across.kernel() % down.kernel() * down.dilation() - down.before();
      int dx = tap % across.kernel() * across.dilation() - across.before();
      double outside = padValues.length == 0 ? 0 : padValues[channel];
      int row = firstPlace / y.shape().width();
      int column = firstPlace % y.shape().width();
      for (int p = 0; p < places; p++) {
        int h = row * down.stride() + dy;
        int w = column * across.stride() + dx;
        boolean inside = h >= 0 && h < map.height() && w >= 0 && w < map.width();
        rows[tap][p] = inside ? x.value((channel * map.height() + h) * map.width() + w) : outside;
        if (++column == y.shape().width()) {
          column = 0;
          row++;
        }
      }
    }
    return rows;
  }

  /** Adds the bias, which may depend on the classes of a place's row and column. */
  static void addBias(Op.Conv op, Shape input, Value y) {
    Tensor bias = op.bias();
    if (bias == null) {
      return;
    }
    int height = y.shape().height();
    int width = y.shape().width();
    int[] rows = Span.classes(Span.of(op.window().rows(), height, input.height()));
    int[] columns = Span.classes(Span.of(op.window().columns(), width, input.width()));
    int across = columns[width - 1] + 1;
    int classes = bias.size() / op.outputs();
    for (int i = 0; i < y.size(); i++) {
      int place = classes == 1 ? 0 : rows[i / width % height] * across + columns[i % width];
      y.set(i, y.value(i) + bias.get(i / (height * width) * classes + place), 0);
    }
  }
}
