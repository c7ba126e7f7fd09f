package dev.sinter.processor.quantize;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LeastSquaresTest {
  /**
   * The best there is. As s falls, a code changes only where |w|/s passes a half, so between such s
   * all codes stay, and the best s for them is Σwq/Σq²: all of them are tried.
   */
  private static double bruteForce(double[] weights) {
    List<Double> changes = new ArrayList<>();
    for (double weight : weights) {
      for (int code = 0; code < LeastSquares.LARGEST_CODE; code++) {
        changes.add(Math.abs(weight) / (code + 0.5));
      }
    }
    Collections.sort(changes);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < changes.size(); i++) {
      double next = i + 1 < changes.size() ? changes.get(i + 1) : 2 * changes.get(i);
      double scale = (changes.get(i) + next) / 2;
      double products = 0;
      double squares = 0;
      for (double weight : weights) {
        double code = Math.max(-127, Math.min(127, Math.rint(weight / scale)));
        products += weight * code;
        squares += code * code;
      }
      if (squares > 0) {
        double error = 0;
        for (double weight : weights) {
          double code = Math.max(-127, Math.min(127, Math.rint(weight / scale)));
          error += Math.pow(weight - products / squares * code, 2);
        }
        least = Math.min(least, error);
      }
    }
    return least;
  }

  /** Measured: 1.0002 at the most; scales that lie between two tried ones may be missed. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 9, 16, 64, 150})
  void comesNearTheBestThereIs(int length) {
    Random random = new Random(length);
    for (int row = 0; row < 40; row++) {
      double[] weights = weights(random, length, row % 2 == 0);
      double best = bruteForce(weights);
      double found = LeastSquares.error(weights, LeastSquares.scale(weights));
      double energy = 0;
      for (double weight : weights) {
        energy += weight * weight;
      }
      // Rounding the scale to float changes each product by 2⁻²⁵ of itself at most.
      double rounding = energy * 0x1p-48;
      assertThat(found).isAtLeast(best * (1 - 1e-9));
      double ratio = (found + rounding) / (best + rounding);
      assertWithMessage("row %s", row).that(ratio).isLessThan(1.01);
    }
  }

  /** Normally distributed, or with tails. */
  private static double[] weights(Random random, int length, boolean tails) {
    double[] weights = new double[length];
    for (int i = 0; i < length; i++) {
      double normal = random.nextGaussian();
      weights[i] = tails ? normal * Math.exp(random.nextGaussian()) : normal;
    }
    return weights;
  }

  @Test
  void neverWorseThanTheLargestWeight() {
    Random random = new Random(8);
    int better = 0;
    for (int row = 0; row < 300; row++) {
      double[] weights = weights(random, 1 + random.nextInt(600), random.nextBoolean());
      double largest = 0;
      for (double weight : weights) {
        largest = Math.max(largest, Math.abs(weight));
      }
      double error = LeastSquares.error(weights, LeastSquares.scale(weights));
      double ofLargest = LeastSquares.error(weights, (float) (largest / 127));
      assertThat(error).isAtMost(ofLargest);
      better += error < 0.9 * ofLargest ? 1 : 0;
    }
    assertThat(better).isGreaterThan(30);
  }

  /** Scaling a row scales its scale: γ/√(σ²+ε) before or after makes no difference to codes. */
  @Test
  void scaledRowsHaveTheSameCodes() {
    double[] weights = weights(new Random(9), 100, true);
    double[] scaled = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      scaled[i] = weights[i] * 0x1p-9;
    }
    assertThat(LeastSquares.scale(scaled)).isEqualTo(LeastSquares.scale(weights) * 0x1p-9f);
  }

  @Test
  void exactWhereItCanBe() {
    double[] weights = {127, -64, 3, 0, 1};
    assertThat(LeastSquares.error(weights, LeastSquares.scale(weights))).isEqualTo(0);
    double[] one = {-0.3f};
    assertThat(LeastSquares.error(one, LeastSquares.scale(one))).isLessThan(1e-15);
  }

  @Test
  void nothingAndNextToNothing() {
    assertThat(LeastSquares.scale(new double[] {0, -0.0, 0})).isEqualTo(0);
    assertThat(LeastSquares.scale(new double[] {1e-300, -1e-310})).isEqualTo(0);
    assertThat(LeastSquares.code(1e-300, 0)).isEqualTo(0);
    float tiny = LeastSquares.scale(new double[] {0x1p-140, 0x1p-141});
    assertThat(tiny).isGreaterThan(0);
  }
}
