package dev.sinter.processor.quantize;

import java.util.function.IntToDoubleFunction;

/**
 * The energies of a signal and of the noise in it: Σy² and Σ(ŷ − y)².
 *
 * @param noise not a number where ŷ overflows
 */
public record Ratio(double signal, double noise) {
  /** Of nothing. */
  static final Ratio NONE = new Ratio(0, 0);

  /** Whether there is no noise at all. */
  public boolean isExact() {
    return noise == 0;
  }

  /** The signal-to-noise ratio in dB, 10·log₁₀(Σy²/Σ(ŷ − y)²), infinite if there is no noise. */
  public double decibels() {
    return noise == 0 ? Double.POSITIVE_INFINITY : 10 * Math.log10(signal / noise);
  }

  Ratio plus(Ratio other) {
    return new Ratio(signal + other.signal, noise + other.noise);
  }

  /** Of numbers y and what they became. */
  static Ratio of(int count, IntToDoubleFunction exact, IntToDoubleFunction found) {
    double signal = 0;
    double noise = 0;
    for (int i = 0; i < count; i++) {
      double value = exact.applyAsDouble(i);
      double difference = found.applyAsDouble(i) - value;
      signal += value * value;
      noise += difference * difference;
    }
    return new Ratio(signal, noise);
  }
}
