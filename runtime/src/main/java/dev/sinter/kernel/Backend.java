package dev.sinter.kernel;

/**
 * A set of kernels. This page is their specification: x is the input, y the output, o and c are
 * channels, i, j positions, and taps that fall outside the map read 0 unless said otherwise. Each
 * method packs the constants as it likes and gives a kernel for one step. Weights are in PyTorch's
 * order; {@code activation} is applied to each result. Input and output slots never overlap.
 * Kernels may keep the arrays they are given.
 */
public interface Backend {
  /** The name in {@link dev.sinter.Model#backend()}. */
  String name();

  /** The kernels for this machine. */
  static Backend preferred() {
    return new ScalarBackend();
  }

  /** The convolution below, with taps outside the map that read 0. */
  default Kernel convolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      ActivationFunction activation) {
    float[] zeros = new float[input.channels];
    return convolution(input, output, window, groups, weights, bias, zeros, activation);
  }

  /**
   * y[o,i,j] = bias[o,r(i),s(j)] + Σ w[o,c,u,v] · x[k, i·sh − top + u·dh, j·sw − left + v·dw],
   * where k = ⌊o·groups/O⌋·C/groups + c, and taps that fall outside the map read padValues[k].
   *
   * <p>The classes of rows r and of columns s number from 0 the places that differ in which taps
   * fall outside: with the row before it a row is in one class if as many taps of its window fall
   * above the map and as many below; columns likewise.
   *
   * @param weights [O, C/groups, kh, kw]
   * @param bias [O], the same in all classes, or [O, R, S]
   * @param padValues [C]
   */
  Kernel convolution(
      Slot input,
      Slot output,
      Window window,
      int groups,
      float[] weights,
      float[] bias,
      float[] padValues,
      ActivationFunction activation);

  /**
   * y[o] = bias[o] + Σ w[o,c]·x[c] over vectors.
   *
   * @param weights [O, C]
   * @param bias [O]
   */
  Kernel linear(
      Slot input, Slot output, float[] weights, float[] bias, ActivationFunction activation);

  /** y[c,i,j] = scale[c]·x[c,i,j] + shift[c]. */
  Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation);

  /** y = activation(x). */
  Kernel activation(Slot input, Slot output, ActivationFunction activation);

  /** The largest tap of each window inside the map; −∞ if there is none, NaN if one is NaN. */
  Kernel maxPool(Slot input, Slot output, Window window);

  /**
   * The mean of each window: the sum of the taps inside the map, divided by their number or, if
   * {@code countPadding}, by the number of taps inside the padded map (a last window of ceil mode
   * may reach beyond even that). 0 if no tap is inside the map.
   */
  Kernel averagePool(Slot input, Slot output, Window window, boolean countPadding);

  /** y = activation(Σ x over the inputs), in their order. */
  Kernel add(Slot[] inputs, Slot output, ActivationFunction activation);

  /** y[c,i,j] = exp(x[c,i,j] − m) / Σ exp(x[·,i,j] − m), m the largest of the position. */
  Kernel softmax(Slot input, Slot output);
}
