package dev.sinter.processor.report;

import dev.sinter.processor.ir.Tensor;
import java.util.Arrays;
import java.util.List;

/**
 * What a tensor's values are like.
 *
 * @param least the smallest value
 * @param greatest the largest value
 * @param mean their mean
 * @param deviation the root of the mean squared distance from it
 * @param counts how many values are in each of {@value #BINS} equal ranges from the smallest to the
 *     largest; all in the first if they are equal
 */
record Statistics(
    double least, double greatest, double mean, double deviation, List<Integer> counts) {
  static final int BINS = 40;

  static Statistics of(Tensor tensor) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    for (int i = 0; i < tensor.size(); i++) {
      double value = tensor.get(i);
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
      sum += value;
    }
    double mean = sum / Math.max(1, tensor.size());
    double squares = 0;
    int[] counts = new int[BINS];
    for (int i = 0; i < tensor.size(); i++) {
      double value = tensor.get(i);
      squares += (value - mean) * (value - mean);
      double part = greatest > least ? (value - least) / (greatest - least) : 0;
      counts[Math.min(BINS - 1, (int) (part * BINS))]++;
    }
    return new Statistics(
        least,
        greatest,
        mean,
        Math.sqrt(squares / Math.max(1, tensor.size())),
        Arrays.stream(counts).boxed().toList());
  }
}
