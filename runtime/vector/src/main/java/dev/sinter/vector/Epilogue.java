package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.BiasClasses;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * What turns a kernel's sums into its results: bias, addend, activation. A kernel starts its sums
 * at {@link #bias()}. Without an {@linkplain #adds() addend} it may write them to the output, kept
 * between {@link #low()} and {@link #high()}; else it {@linkplain #store stores} them through this
 * object, since the addend may lie where the output will. If something {@linkplain #remains()
 * remains}, it is {@linkplain #apply applied} where the output lies, while it is in a near cache.
 * Immutable.
 */
final class Epilogue {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  private static final int NARROW = 4 * LANES; // channels that are stored one vector at a time

  /** The floats that {@link #apply} needs of a thread's buffer. */
  static final int SCRATCH = LANES;

  private final Slot output;
  private final @Nullable Slot addend;
  private final ActivationFunction activation;
  private final float[] bias;
  private final @Nullable BiasClasses classes;
  private final float[] table; // the classes' biases, each class's repeated by one vector
  private final float[] slopes; // repeated by one vector
  private final boolean remains;
  private final boolean dense;
  private final boolean spills; // whether whole vectors may be read and written over a position
  private final int margin; // the last positions, which would spill beyond the part
  private final VectorMask<Float> tail; // the lanes of a position's last vector
  private final float low; // of the activation
  private final float high;

  private Epilogue(
      Slot output,
      float[] bias,
      @Nullable BiasClasses classes,
      @Nullable Slot addend,
      ActivationFunction activation) {
    this.output = output;
    this.bias = bias;
    this.classes = classes;
    table = classes == null ? bias : table(classes, output.channels());
    this.addend = addend;
    this.activation = activation;
    ActivationFunction.Kind kind = activation.kind();
    low =
        kind == ActivationFunction.Kind.CLIP
            ? activation.a()
            : kind == ActivationFunction.Kind.RELU ? 0 : Float.NEGATIVE_INFINITY;
    high = kind == ActivationFunction.Kind.CLIP ? activation.b() : Float.POSITIVE_INFINITY;
    remains = classes != null || !bounds(kind);
    dense = output.isDense();
    spills = dense && (addend == null || addend.isDense());
    margin = Window.ceil(LANES - output.channels() % LANES, output.channels());
    tail = SPECIES.indexInRange(0, output.channels() % LANES);
    slopes = kind == ActivationFunction.Kind.PRELU ? slopes(activation, output.channels()) : bias;
  }

  /** Only an activation. */
  static Epilogue of(Slot output, ActivationFunction activation) {
    return of(output, new float[output.channels()], activation);
  }

  /**
   * A bias and an activation.
   *
   * @param bias [O]
   */
  static Epilogue of(Slot output, float[] bias, ActivationFunction activation) {
    return new Epilogue(output, bias, null, null, activation);
  }

  /** What a convolution asks for. */
  static Epilogue of(Convolution convolution) {
    Slot output = convolution.output();
    BiasClasses classes = BiasClasses.of(convolution);
    boolean uniform = classes.count() == 1;
    return new Epilogue(
        output,
        uniform ? convolution.bias() : new float[output.channels()],
        uniform ? null : classes,
        convolution.addend(),
        convolution.activation());
  }

  private static boolean bounds(ActivationFunction.Kind kind) {
    return kind == ActivationFunction.Kind.IDENTITY
        || kind == ActivationFunction.Kind.RELU
        || kind == ActivationFunction.Kind.CLIP;
  }

  private static float[] slopes(ActivationFunction activation, int channels) {
    float[] slopes = new float[channels + LANES];
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = activation.slope(i % channels);
    }
    return slopes;
  }

  private static float[] table(BiasClasses classes, int channels) {
    int length = channels + LANES;
    float[] table = new float[classes.count() * length];
    for (int i = 0; i < table.length; i++) {
      table[i] = classes.bias(i / length, i % length % channels);
    }
    return table;
  }

  /** What a kernel's sums start at, [O]. */
  float[] bias() {
    return bias;
  }

  /** What is stored in place of smaller values. NaN is not smaller. */
  float low() {
    return remains ? Float.NEGATIVE_INFINITY : low;
  }

  /** What is stored in place of larger values. NaN is not larger. */
  float high() {
    return remains ? Float.POSITIVE_INFINITY : high;
  }

  /** Whether {@link #store} has to keep something between bounds. */
  boolean bounds() {
    return low() > Float.NEGATIVE_INFINITY || high() < Float.POSITIVE_INFINITY;
  }

  /** Whether something is added, so that the sums must be stored by {@link #store}. */
  boolean adds() {
    return addend != null;
  }

  /** Whether {@link #apply} has anything to do. */
  boolean remains() {
    return remains;
  }

  /**
   * Moves sums to the output, adding the addend and keeping to the bounds on the way.
   *
   * @param sums channels [channel, channel + channels) of consecutive positions; without an addend
   *     they may be in the output already
   * @param at the first sum
   * @param stride floats from a position's sums to the next one's
   * @param position the first position, y·W + x
   */
  void store(
      float[] sums,
      int at,
      int stride,
      float[] arena,
      int position,
      int positions,
      int channel,
      int channels) {
    if (spills && stride == channels && channels == output.channels() && positions > 1) {
      int count = positions * channels; // nothing lies between them
      store(sums, at, count, arena, position, 1, 0, count);
      return;
    }
    int rest = channels % LANES;
    int whole = channels - rest;
    if (rest > 0) {
      int spilling = spills && channels == output.channels() ? positions - margin : 0;
      storeRest(
          sums, at + whole, stride, arena, position, positions, channel + whole, rest, spilling);
    }
    boolean narrow = whole <= NARROW;
    int to = output.position(position) + channel;
    if (narrow && addend == null) {
      for (int c = 0; c < whole; c += LANES) {
        moveColumn(
            sums, at + c, stride, arena, to + c, output.pixelStride(), positions, low(), high());
      }
      return;
    }
    for (int i = 0; i < positions; i++) {
      int from = at + i * stride;
      to = output.position(position + i) + channel;
      if (addend == null) {
        move(sums, from, arena, to, whole, low(), high());
      } else {
        int added = addend.position(position + i) + channel;
        add(sums, from, arena, added, to, whole, low(), high());
      }
    }
  }

  /**
   * The last channels of positions, less than a vector.
   *
   * @param spilling how many positions may be stored as whole vectors, since what lies behind them
   *     is stored afterwards
   */
  private void storeRest(
      float[] sums,
      int at,
      int stride,
      float[] arena,
      int position,
      int positions,
      int channel,
      int rest,
      int spilling) {
    int done = 0;
    if (addend == null && spilling > 0) {
      int to = output.position(position) + channel;
      moveColumn(sums, at, stride, arena, to, output.pixelStride(), spilling, low(), high());
      done = spilling;
    }
    for (int i = done; i < positions; i++) {
      int from = at + i * stride;
      int to = output.position(position + i) + channel;
      Slot other = addend == null ? output : addend;
      int added = other.position(position + i) + channel;
      if (i < spilling) {
        spill(sums, from, arena, added, to);
        continue;
      }
      for (int c = 0; c < rest; c++) {
        float sum = addend == null ? sums[from + c] : sums[from + c] + arena[added + c];
        arena[to + c] = clip(sum, low(), high());
      }
    }
  }

  private static void move(
      float[] sums, int at, float[] arena, int to, int count, float low, float high) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, at + i);
      VectorMath.clip(sum, low, high).intoArray(arena, to + i);
    }
  }

  private static void add(
      float[] sums, int at, float[] arena, int other, int to, int count, float low, float high) {
    for (int i = 0; i < count; i += LANES) {
      FloatVector sum =
          FloatVector.fromArray(SPECIES, sums, at + i)
              .add(FloatVector.fromArray(SPECIES, arena, other + i));
      VectorMath.clip(sum, low, high).intoArray(arena, to + i);
    }
  }

  /**
   * A vector of each of some positions. What it has beyond a position's channels is overwritten by
   * the next position's, and behind the last one by who comes after it.
   */
  private static void moveColumn(
      float[] sums,
      int at,
      int stride,
      float[] arena,
      int to,
      int step,
      int positions,
      float low,
      float high) {
    for (int i = 0; i < positions; i++) {
      FloatVector sum = FloatVector.fromArray(SPECIES, sums, at + i * stride);
      VectorMath.clip(sum, low, high).intoArray(arena, to + i * step);
    }
  }

  /** Does to whole vectors what the bounds have not done, if it {@linkplain #isAlike is alike}. */
  void finish(float[] values, int at, int count) {
    if (remains) {
      finish(values, at, count, -1, 0);
    }
  }

  /** Whether the same is done to all channels at all positions, once the bias is added. */
  boolean isAlike() {
    return classes == null && addend == null && activation.kind() != ActivationFunction.Kind.PRELU;
  }

  /** The last channels of a position, with the next positions' channels written back unchanged. */
  private void spill(float[] sums, int at, float[] arena, int other, int to) {
    FloatVector sum = FloatVector.fromArray(SPECIES, sums, at);
    if (addend != null) {
      sum = sum.add(FloatVector.fromArray(SPECIES, arena, other));
    }
    FloatVector old = FloatVector.fromArray(SPECIES, arena, to);
    old.blend(VectorMath.clip(sum, low(), high()), tail).intoArray(arena, to);
  }

  private static float clip(float x, float low, float high) {
    return x < low ? low : x > high ? high : x;
  }

  /**
   * Finishes the positions [from, to), numbered y·W + x, in the output's slot: what neither a
   * kernel's bounds nor {@link #store} did.
   *
   * @param buffer a thread's
   * @param free where {@link #SCRATCH} floats of it may be overwritten
   */
  void apply(float[] arena, int from, int to, float[] buffer, int free) {
    if (!remains) {
      return;
    }
    BiasClasses classes = this.classes;
    if (classes == null) {
      run(arena, from, to, -1, buffer, free);
      return;
    }
    int position = from;
    while (position < to) {
      int end = Math.min(to, classes.end(position));
      int begin = classes.at(position) * (output.channels() + LANES);
      run(arena, position, end, begin, buffer, free);
      position = end;
    }
  }

  /** Finishes positions that are of one class; its biases begin at {@code begin}, if at all. */
  private void run(float[] arena, int from, int to, int begin, float[] buffer, int free) {
    int channels = output.channels();
    if (dense) {
      line(arena, from, (to - from) * channels, begin, buffer, free);
      return;
    }
    for (int position = from; position < to; position++) {
      line(arena, position, channels, begin, buffer, free);
    }
  }

  /** Finishes consecutive floats from a position on: whole vectors in place, the others aside. */
  private void line(float[] arena, int position, int count, int begin, float[] buffer, int free) {
    int at = output.position(position);
    int rest = count % LANES;
    int whole = count - rest;
    if (rest > 0) {
      System.arraycopy(arena, at + whole, buffer, free, rest);
    }
    finish(arena, at, whole, begin, 0);
    if (rest > 0) {
      finish(buffer, free, LANES, begin, whole % output.channels());
      System.arraycopy(buffer, free, arena, at + whole, rest);
    }
  }

  /** Finishes whole vectors of {@code values}, the first float of which is of that channel. */
  private void finish(float[] values, int at, int count, int begin, int channel) {
    if (begin >= 0) {
      addTable(values, at, count, table, begin, channel, output.channels());
    }
    if (bounds(activation.kind())) {
      clip(values, at, count, low, high);
    }
    if (activation.kind() == ActivationFunction.Kind.PRELU) {
      prelu(values, at, count, slopes, channel, output.channels());
    } else if (!bounds(activation.kind())) {
      VectorMath.apply(activation, values, at, count);
    }
  }

  private static void addTable(
      float[] values, int at, int count, float[] table, int from, int channel, int channels) {
    int step = LANES % channels;
    int c = channel;
    for (int i = at; i < at + count; i += LANES) {
      FloatVector.fromArray(SPECIES, values, i)
          .add(FloatVector.fromArray(SPECIES, table, from + c))
          .intoArray(values, i);
      c += step;
      c -= c >= channels ? channels : 0;
    }
  }

  private static void clip(float[] values, int at, int count, float low, float high) {
    for (int i = at; i < at + count; i += LANES) {
      VectorMath.clip(FloatVector.fromArray(SPECIES, values, i), low, high).intoArray(values, i);
    }
  }

  private static void prelu(
      float[] values, int at, int count, float[] slopes, int channel, int channels) {
    int step = LANES % channels;
    int c = channel;
    for (int i = at; i < at + count; i += LANES) {
      FloatVector x = FloatVector.fromArray(SPECIES, values, i);
      x.blend(x.mul(FloatVector.fromArray(SPECIES, slopes, c)), x.lt(0)).intoArray(values, i);
      c += step;
      c -= c >= channels ? channels : 0;
    }
  }
}
