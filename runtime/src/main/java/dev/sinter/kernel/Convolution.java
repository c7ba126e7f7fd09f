package dev.sinter.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What a convolution kernel is made for:
 *
 * <p>y[o,i,j] = activation(bias[o,r(i),s(j)] + Σ w[o,c,u,v] · x[k, i·sh − top + u·dh, j·sw − left +
 * v·dw] + addend[o,i,j]), where k = ⌊o·groups/O⌋·C/groups + c, and taps that fall outside the map
 * read padValues[k].
 *
 * <p>The classes of rows r and of columns s number from 0 the places that differ in which taps fall
 * outside: with the row before it a row is in one class if as many taps of its window fall above
 * the map and as many below; columns likewise.
 *
 * <pre>{@code
 * new Convolution(input, output, Window.of(3, 3).padding(1, 1, 1, 1), groups, weights)
 *     .bias(bias)
 *     .activation(ActivationFunction.relu())
 *     .algorithm(Convolution.Algorithm.WINOGRAD_4)
 * }</pre>
 */
public final class Convolution {
  /**
   * How to compute it. Winograd's minimal filtering is for kernels of 3 × 3 with stride and
   * dilation 1, one group, and taps outside that read 0. A backend may do what the others say as
   * {@code DIRECT}, never the other way round. Source: A. Lavin, S. Gray, <i>Fast Algorithms for
   * Convolutional Neural Networks</i>, arXiv 1509.09308.
   */
  public enum Algorithm {
    /** The sum as it is written. */
    DIRECT,
    /** F(2 × 2, 3 × 3): 4/9 of the multiplications; about as exact as the direct sum. */
    WINOGRAD_2,
    /** F(4 × 4, 3 × 3): 1/4 of the multiplications; errors of up to 5e-5 of the largest output. */
    WINOGRAD_4
  }

  private final Slot input;
  private final Slot output;
  private final Window window;
  private final int groups;
  private final float[] weights;
  private float[] bias;
  private float[] padValues;
  private @Nullable Slot addend;
  private ActivationFunction activation = ActivationFunction.identity();
  private Algorithm algorithm = Algorithm.DIRECT;

  /**
   * A convolution without bias, addend and activation, in which taps outside the map read 0.
   *
   * @param weights [O, C/groups, kh, kw]
   */
  public Convolution(Slot input, Slot output, Window window, int groups, float[] weights) {
    this.input = input;
    this.output = output;
    this.window = window;
    this.groups = groups;
    this.weights = weights;
    this.bias = new float[output.channels()];
    this.padValues = new float[input.channels()];
  }

  /**
   * Sets the bias.
   *
   * @param bias [O], the same in all classes, or [O, R, S]
   */
  public Convolution bias(float[] bias) {
    this.bias = bias;
    return this;
  }

  /**
   * Sets what taps outside the map read.
   *
   * @param padValues [C]
   */
  public Convolution padValues(float[] padValues) {
    this.padValues = padValues;
    return this;
  }

  /** Sets what is added to each output. Its slot has the output's shape and may be the output's. */
  public Convolution add(Slot addend) {
    this.addend = addend;
    return this;
  }

  /** Sets what is applied to each result. */
  public Convolution activation(ActivationFunction activation) {
    this.activation = activation;
    return this;
  }

  /** Sets how to compute it. */
  public Convolution algorithm(Algorithm algorithm) {
    this.algorithm = algorithm;
    return this;
  }

  /** x. */
  public Slot input() {
    return input;
  }

  /** y. */
  public Slot output() {
    return output;
  }

  /** How the kernel moves over x. */
  public Window window() {
    return window;
  }

  /** In how many groups the channels are. */
  public int groups() {
    return groups;
  }

  /** [O, C/groups, kh, kw]. */
  public float[] weights() {
    return weights;
  }

  /** [O] or [O, R, S]. */
  public float[] bias() {
    return bias;
  }

  /** [C]. */
  public float[] padValues() {
    return padValues;
  }

  /** Whether taps outside the map read 0, whatever the channel. */
  public boolean padsZeros() {
    for (float value : padValues) {
      if (value != 0) {
        return false;
      }
    }
    return true;
  }

  /** What is added, if anything. */
  public @Nullable Slot addend() {
    return addend;
  }

  /** What is applied to each result. */
  public ActivationFunction activation() {
    return activation;
  }

  /** How to compute it. */
  public Algorithm algorithm() {
    return algorithm;
  }
}
