package dev.sinter.processor.quantize;

/**
 * The scale s of one channel, whose weights w become s·q with whole numbers q from −127 to 127, by
 * least squares: E(s, q) = Σ(w − s·q)² shall be small. The scale of the largest weight, max|w|/127,
 * clips nothing but spends its steps on what may be a single weight.
 *
 * <p>Two steps alternate, from a scale on. <i>Codes:</i> each q becomes the whole number nearest to
 * w/s, clipped to ±127, which of all q makes (w − s·q)² the least. <i>Scale:</i> s becomes Σwq/Σq²,
 * where the derivative of E, which is a parabola in s, is 0. Neither step can make E larger, and
 * there are finitely many q, so E falls until neither changes anything: Lloyd's algorithm, for
 * codebooks {−127·s, …, 127·s}. Sources: S. Lloyd, <i>Least squares quantization in PCM</i>, IEEE
 * Transactions on Information Theory 28 (1982); for one scale and fixed codes, K. Hwang, W. Sung,
 * <i>Fixed-point feedforward deep neural network design using weights +1, 0, and −1</i>, SiPS 2014.
 *
 * <p>Where it ends depends on where it starts. As 1/s grows, |q| of one weight after another goes
 * up by 1, at 1/s = (|q| + ½)/|w|, and Σwq and Σq² with it, of which the least E for those codes
 * follows: Σw² − (Σwq)²/Σq². So E is known for {@value #SCALES} scales after one look at each of
 * these steps; the best of them is the start. They clip at shares of the largest weight from
 * {@value #LEAST_SHARE} on, as no more is ever worth it at 8 bits unless weights are few, and up to
 * what makes it a code of 95; with few weights, where every one is a chance to fit them all, up to
 * any. The result is never worse than max|w|/127, with which it is compared.
 */
final class LeastSquares {
  static final int LARGEST_CODE = 127;

  private static final double LEAST_SHARE = 0.6;
  private static final double MOST_SHARE = 127 / 95.0;
  private static final int FEW = 256;
  private static final int SCALES = 1 << 12;
  private static final int MOST_STEPS = 50;

  private final double[] weights;
  private final double energy;

  // Of the codes for the last scale.
  private double products; // Σwq
  private double squares; // Σq²

  private LeastSquares(double[] weights) {
    this.weights = weights;
    double sum = 0;
    for (double weight : weights) {
      sum += weight * weight;
    }
    this.energy = sum;
  }

  /** The scale for these weights, 0 if all of them are too small for any. */
  static float scale(double[] weights) {
    double largest = 0;
    for (double weight : weights) {
      largest = Math.max(largest, Math.abs(weight));
    }
    float widest = (float) (largest / LARGEST_CODE);
    if (widest == 0) {
      return 0;
    }
    float found = (float) new LeastSquares(weights).search(largest / LARGEST_CODE);
    return error(weights, found) <= error(weights, widest) ? found : widest;
  }

  /** The whole number nearest to w/s. */
  static int code(double weight, float scale) {
    return scale == 0 ? 0 : (int) clipped(weight / scale);
  }

  /** E for a scale and its codes. */
  static double error(double[] weights, float scale) {
    double sum = 0;
    for (double weight : weights) {
      double difference = weight - (double) scale * code(weight, scale);
      sum += difference * difference;
    }
    return sum;
  }

  private static double clipped(double code) {
    return Math.max(-LARGEST_CODE, Math.min(LARGEST_CODE, Math.rint(code)));
  }

  /** The scale at which it ends, from the best of many starts. */
  private double search(double widest) {
    double from = weights.length <= FEW ? 0 : 1 / (MOST_SHARE * widest);
    double step = (1 / (LEAST_SHARE * widest) - from) / SCALES;
    double[] moreProducts = new double[SCALES];
    double[] moreSquares = new double[SCALES];
    double sum = 0;
    double length = 0;
    for (double weight : weights) {
      double size = Math.abs(weight);
      double code = Math.rint(size * from);
      sum += size * code;
      length += code * code;
      // The first multiple of the step at which the code is larger by 1.
      int at = at(code, size, from, step);
      while (at < SCALES && code < LARGEST_CODE) {
        moreProducts[at] += size;
        moreSquares[at] += 2 * code + 1;
        code++;
        at = at(code, size, from, step);
      }
    }
    double best = widest;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < SCALES; k++) {
      sum += moreProducts[k];
      length += moreSquares[k];
      double error = energy - sum * sum / length;
      if (length > 0 && error < least) {
        least = error;
        best = sum / length;
      }
    }
    return settled(best);
  }

  private static int at(double code, double size, double from, double step) {
    return (int) Math.max(0, Math.min(SCALES, Math.ceil(((code + 0.5) / size - from) / step)));
  }

  /** Goes on from a scale until E falls no more. */
  private double settled(double start) {
    double scale = start;
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; step < MOST_STEPS; step++) {
      choose(scale);
      if (squares == 0 || !(error() < least)) {
        return scale;
      }
      least = error();
      scale = products / squares;
    }
    return scale;
  }

  /** The step of the codes. */
  private void choose(double scale) {
    double inverse = 1 / scale;
    double sum = 0;
    double length = 0;
    for (double weight : weights) {
      double code = clipped(weight * inverse);
      sum += weight * code;
      length += code * code;
    }
    products = sum;
    squares = length;
  }

  /** E for the chosen codes with the best scale for them: Σw² − (Σwq)²/Σq². */
  private double error() {
    return energy - products * products / squares;
  }
}
