package dev.sinter.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.List;
import java.util.stream.IntStream;

/** Medians. */
final class Statistics {
  private Statistics() {}

  /** The middle of the values, or the mean of the two in the middle. */
  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int upper = sorted.size() / 2;
    int lower = (sorted.size() - 1) / 2;
    return (sorted.get(lower) + sorted.get(upper)) / 2;
  }

  /** The median over the rounds of how long one takes in units of the other. */
  static double ratio(List<Double> one, List<Double> other) {
    return median(IntStream.range(0, one.size()).mapToObj(i -> one.get(i) / other.get(i)).toList());
  }

  static List<Double> numbers(JsonArray array) {
    return array.asList().stream().map(JsonElement::getAsDouble).toList();
  }
}
