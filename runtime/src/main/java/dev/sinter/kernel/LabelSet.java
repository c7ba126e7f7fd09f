package dev.sinter.kernel;

import dev.sinter.Classification;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The labels of an output, and what an output means by them. */
final class LabelSet {
  private final boolean probabilities;
  private final String[] text;
  private volatile @Nullable List<String> names; // found when asked for; by two threads, the same

  /**
   * Labels.
   *
   * @param probabilities whether the elements of the output are their probabilities already
   * @param text parts that together have a label a line
   */
  LabelSet(boolean probabilities, String... text) {
    this.probabilities = probabilities;
    this.text = text;
  }

  List<String> names() {
    List<String> known = names;
    if (known == null) {
      String[] lines = String.join("", text).split("\n");
      known = Collections.unmodifiableList(Arrays.asList(lines));
      names = known;
    }
    return known;
  }

  Classification best(float[] output) {
    int best = indexOfMax(output);
    float probability = probabilities ? output[best] : softmax(output, best);
    return new Classification(best, names().get(best), probability);
  }

  /** The first of the largest; NaN is larger than all, so that it does not go unseen. */
  private static int indexOfMax(float[] values) {
    int best = 0;
    for (int k = 0; k < values.length && !Float.isNaN(values[best]); k++) {
      if (values[k] > values[best] || Float.isNaN(values[k])) {
        best = k;
      }
    }
    return best;
  }

  /**
   * The softmax at the largest value, from which all exponents are taken, so that none is above 0.
   */
  private static float softmax(float[] values, int largest) {
    double sum = 0;
    for (float value : values) {
      sum += Math.exp((double) value - values[largest]);
    }
    return (float) (1 / sum);
  }
}
