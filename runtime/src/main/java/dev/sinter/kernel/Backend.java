package dev.sinter.kernel;

import org.jspecify.annotations.Nullable;

/**
 * A set of kernels. This page is their specification: x is the input, y the output, o and c are
 * channels, i, j positions, and taps that fall outside the map read 0 unless said otherwise. Each
 * method packs the constants as it likes and gives a kernel for one step. Weights are in PyTorch's
 * order; {@code activation} is applied to each result. Input and output slots never overlap, unless
 * it is said otherwise. Kernels may keep the arrays they are given.
 */
public interface Backend {
  /** The name in {@link dev.sinter.Model#backend()}. */
  String name();

  /**
   * Why its kernels do not pay on this machine, a sentence; null if they do. Asked before the first
   * kernel is made, and not as a model is loaded: it may take as long as loading many classes.
   */
  default @Nullable String obstacle() {
    return null;
  }

  /**
   * Runs what a kernel shares with others of its kind on small made-up data, until HotSpot has
   * compiled it. May take long, but once for each kind.
   */
  default void warmUp(Kernel kernel) {}

  /**
   * The kernels for a program on this JVM: those that the system property {@code sinter.backend}
   * names, {@code scalar} or {@code vector}; without it the scalar ones, and where {@code
   * sinter-runtime-vector} can run, its own as soon as they are warm.
   *
   * @throws IllegalStateException if the property names kernels that cannot run, with the reason
   */
  static Backend preferred() {
    return BackendChoice.make();
  }

  /** The kernels in plain Java, which run everywhere. */
  static Backend scalar() {
    return new ScalarBackend();
  }

  /**
   * One kernel that does what others of this backend do one after the other; null if there is none
   * that would be faster. What each of them but the last writes, only the next one reads, so it
   * need not be written. The last one's output overlaps with nothing that they read, unless it is
   * what the last one itself adds.
   */
  default @Nullable Kernel chain(Kernel... kernels) {
    return null;
  }

  /** A convolution, as {@link Convolution} defines it. */
  Kernel convolution(Convolution convolution);

  /**
   * y[o,i,j] = bias[o] + Σ w[g·C/groups + c,o − g·O/groups,u,v] · x[g·C/groups + c,h,k] over the
   * input positions h, k and taps u, v with h·sh + u·dh − top = i and k·sw + v·dw − left = j, where
   * g = ⌊o·groups/O⌋: each element of the input adds the kernel times itself. What falls outside of
   * the output is lost.
   *
   * @param window how far it is moved over the output; its padding is cut off there
   * @param weights [C, O/groups, kh, kw]
   * @param bias [O]
   */
  Kernel transposedConvolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      ActivationFunction activation);

  /**
   * y[o] = bias[o] + Σ w[o,k]·x[k] over the elements of the input, a map's in the order [C, H, W].
   *
   * @param weights [O, C·H·W]
   * @param bias [O]
   */
  Kernel linear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation);

  /** y[c,i,j] = scale[c]·x[c,i,j] + shift[c]. The output may be the input's slot. */
  Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation);

  /** y = activation(x). The output may be the input's slot. */
  Kernel activation(Slot input, Slot output, ActivationFunction activation);

  /** The largest tap of each window inside the map; −∞ if there is none, NaN if one is NaN. */
  Kernel maxPool(Slot input, Slot output, Window window);

  /**
   * The mean of each window: the sum of the taps inside the map, divided by their number or, if
   * {@code countPadding}, by the number of taps inside the padded map (a last window of ceil mode
   * may reach beyond even that). 0 if no tap is inside the map.
   */
  Kernel averagePool(Slot input, Slot output, Window window, boolean countPadding);

  /**
   * y = activation(Σ x over the inputs), in their order. The output may be the slot of one of the
   * first two inputs, if no other input overlaps it.
   */
  Kernel add(Slot[] inputs, Slot output, ActivationFunction activation);

  /**
   * y = activation(Π x over the inputs), in their order. An input with one element a channel stands
   * for a map of it. The output may be the slot of one of the first two inputs that is a map, if no
   * other input overlaps it.
   */
  Kernel multiply(Slot[] inputs, Slot output, ActivationFunction activation);

  /**
   * y is the inputs behind each other; each has the output's map and some of its channels. Inputs
   * may lie in the output's slot, in the place that one of them has there: this stays as it is.
   */
  Kernel concat(Slot[] inputs, Slot output);

  /**
   * y[c,i,j] = x[c,i,j], where in place of the index on the axis stands start + step·index.
   *
   * @param axis 0: c, 1: i, 2: j
   */
  Kernel slice(Slot input, Slot output, int axis, int start, int step);

  /** y has the elements of x, both in the order [C, H, W], in another shape. */
  Kernel reshape(Slot input, Slot output);

  /** y[k·groups + g,i,j] = x[g·C/groups + k,i,j]. */
  Kernel channelShuffle(Slot input, Slot output, int groups);

  /** y[c,i,j] = x[c − before,i − top,j − left] where there is such an element, else value. */
  Kernel pad(Slot input, Slot output, int before, int top, int left, float value);

  /**
   * y[c,i,j] = x[c,⌊i·H/H'⌋,⌊j·W/W'⌋] for a map of H × W and a result of H' × W'. As in PyTorch for
   * float32, H/H' and the product are rounded to float, except if H' is H or 2H; likewise W/W'.
   */
  Kernel upsampleNearest(Slot input, Slot output);

  /**
   * y[c,i,j] = (1 − λ)·a(h) + λ·a(min(h + 1, H − 1)), where h is the whole part and λ the rest of
   * max(0, (i + ½)·H/H' − ½) or, if {@code alignCorners}, of i·(H − 1)/(H' − 1) (0 if H' is 1); and
   * a(h) comes of x[c,h,·], j, W and W' in the same way.
   */
  Kernel upsampleBilinear(Slot input, Slot output, boolean alignCorners);

  /** y[c,i,j] = exp(x[c,i,j] − m) / Σ exp(x[·,i,j] − m), m the largest of the position. */
  Kernel softmax(Slot input, Slot output);

  /**
   * y = values.
   *
   * @param values in the order [C, H, W]
   */
  Kernel constant(Slot output, float[] values);

  /** y = function(x), with its parameter if it has one. The output may be the input's slot. */
  Kernel function(Slot input, Slot output, PointFunction function, float parameter);

  /**
   * y = activation(a ∘ b) of the two inputs; on an axis where one has the extent 1, its element
   * stands for all.
   */
  Kernel binary(Slot[] inputs, Slot output, Operation operation, ActivationFunction activation);

  /** y[0,i,j] is one number of the channels at the position, x[·,i,j]. */
  Kernel reduce(Slot input, Slot output, Reduction reduction);

  /**
   * y[c,i,j] = activation(scale[c]·(x[c,i,j] − μ)/√(σ² + epsilon) + shift[c]), μ and σ² the mean
   * and the variance of the group's channels, each of C/groups: of the whole map if {@code
   * overMap}, else at the position alone.
   */
  Kernel normalization(
      Slot input,
      Slot output,
      int groups,
      boolean overMap,
      float epsilon,
      float[] scale,
      float[] shift,
      ActivationFunction activation);

  /**
   * y[c,i,j] is the element of the input whose channel and whose position y·W + x are the sums of
   * what the three tables have for c, i and j.
   *
   * @param channels for each c a channel and a position, integers both
   * @param rows the same for each i
   * @param columns the same for each j
   */
  Kernel rearrange(Slot input, Slot output, float[] channels, float[] rows, float[] columns);

  /**
   * y[c,i,j] = Σ r(u)·s(v)·x[c,h + u,k + v].
   *
   * @param rows for each i the first row h and as many weights r as each has
   * @param columns for each j the first column k and its weights s
   */
  Kernel resample(Slot input, Slot output, float[] rows, float[] columns);
}
