package dev.sinter.processor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/**
 * The weights of a convolution and a batch normalization as they begin ResNet-18, and what they
 * make of an image, in double. The weights are as PyTorch initializes them; the statistics fit them
 * and normally distributed inputs, and γ and β are of the size that training gives them.
 */
final class Stem {
  static final int INPUTS = 3;
  static final int OUTPUTS = 64;
  static final int KERNEL = 7;
  static final int TAPS = INPUTS * KERNEL * KERNEL;
  private static final int STRIDE = 2;
  private static final int PADDING = 3;

  private final Random random = new Random(64);
  private final double epsilon;
  private final float[] weight = gaussian(OUTPUTS * TAPS, 0, Math.sqrt(2.0 / (64 * 49)));
  private final float[] gamma = new float[OUTPUTS];
  private final float[] beta = gaussian(OUTPUTS, 0, 0.2);
  private final float[] mean = gaussian(OUTPUTS, 0, 0.1);
  private final float[] variance = new float[OUTPUTS];
  private float[] bias = {};

  Stem(double epsilon) {
    this.epsilon = epsilon;
    for (int o = 0; o < OUTPUTS; o++) {
      double squares = 0;
      for (int tap = 0; tap < TAPS; tap++) {
        squares += Math.pow(weight[o * TAPS + tap], 2);
      }
      variance[o] = (float) (squares * Math.exp(random.nextGaussian() / 2));
      gamma[o] = (float) (0.1 + 0.4 * random.nextDouble());
    }
  }

  Stem withBias() {
    bias = gaussian(OUTPUTS, 0, 0.3);
    return this;
  }

  /** γ is negative in every third channel and 0 in every seventh. */
  Stem withSigns() {
    for (int o = 0; o < OUTPUTS; o++) {
      gamma[o] = o % 7 == 0 ? 0 : o % 3 == 0 ? -gamma[o] : gamma[o];
    }
    return this;
  }

  /** Variances down to 1e-8 in half of the channels, of which half have weights to match. */
  Stem withTinyVariances() {
    for (int o = 0; o < OUTPUTS; o += 2) {
      variance[o] = (float) Math.pow(10, -8 + o % 8);
      for (int tap = 0; tap < TAPS && o % 4 == 0; tap++) {
        weight[o * TAPS + tap] *= 1e-3f;
      }
    }
    return this;
  }

  void write(Path file) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .add("conv1.weight", weight, OUTPUTS, INPUTS, KERNEL, KERNEL)
            .add("bn1.weight", gamma, OUTPUTS)
            .add("bn1.bias", beta, OUTPUTS)
            .add("bn1.running_mean", mean, OUTPUTS)
            .add("bn1.running_var", variance, OUTPUTS);
    if (bias.length > 0) {
      writer.add("conv1.bias", bias, OUTPUTS);
    }
    writer.write(file);
  }

  /**
   * One element of the output.
   *
   * @param magnitude the sum of the magnitudes of its terms
   */
  record Element(double value, double magnitude) {}

  /** y = γ·(b + Σ w·x − μ)/√(σ² + ε) + β for an image of [3, extent, extent]. */
  Element at(float[] images, int image, int extent, int channel, int row, int column) {
    double sum = bias(channel);
    double magnitude = Math.abs(sum);
    for (int tap = 0; tap < TAPS; tap++) {
      int x = column * STRIDE - PADDING + tap % KERNEL;
      int y = row * STRIDE - PADDING + tap / KERNEL % KERNEL;
      if (x >= 0 && x < extent && y >= 0 && y < extent) {
        int plane = image * INPUTS + tap / (KERNEL * KERNEL);
        double term =
            (double) weight[channel * TAPS + tap] * images[(plane * extent + y) * extent + x];
        sum += term;
        magnitude += Math.abs(term);
      }
    }
    return new Element(
        gamma[channel] * (sum - mean[channel]) / deviation(channel) + beta[channel],
        normalized(channel, magnitude));
  }

  /** No output of a channel has a larger magnitude if no input has a larger one than this. */
  double largestMagnitude(int channel, double input) {
    double magnitude = Math.abs(bias(channel));
    for (int tap = 0; tap < TAPS; tap++) {
      magnitude += Math.abs(weight[channel * TAPS + tap]) * input;
    }
    return normalized(channel, magnitude);
  }

  private double normalized(int channel, double magnitude) {
    return Math.abs(gamma[channel]) / deviation(channel) * (magnitude + Math.abs(mean[channel]))
        + Math.abs(beta[channel]);
  }

  private double deviation(int channel) {
    return Math.sqrt(variance[channel] + epsilon);
  }

  private double bias(int channel) {
    return bias.length == 0 ? 0 : bias[channel];
  }

  private float[] gaussian(int length, double mean, double deviation) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    return values;
  }
}
