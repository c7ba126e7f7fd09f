package dev.sinter.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Contenders that take turns in this JVM, each for a round at a time. They must agree before
 * anything is timed. The result is one line of JSON, the last that is printed.
 */
final class Duel {
  /**
   * The contract's bound for results across backends, in units of the largest output. It covers
   * Winograd's F(4,3) on our side, and what ONNX Runtime rounds otherwise.
   */
  private static final double AGREEMENT = 5e-5;

  /** Weights that are stored in fewer bits give other results. */
  private static final Set<String> COARSE = Set.of("FLOAT16", "INT8");

  /**
   * How long it goes.
   *
   * @param warmUpMillis how long the contenders take turns, in all, before anything counts
   * @param roundMillis how long one runs before it is another's turn
   * @param rounds how many rounds each has
   */
  record Pace(int warmUpMillis, int roundMillis, int rounds) {}

  private record Entry(String name, Contender contender, Score score) {}

  private final List<Entry> entries;
  private final Pace pace;

  private Duel(String network, int threads, Pace pace, List<String> names) {
    entries =
        names.stream()
            .map(name -> new Entry(name, Contender.of(name, network, threads), new Score()))
            .toList();
    this.pace = pace;
  }

  /** Arguments: network, threads, warm-up, round and number of rounds, contenders. */
  public static void main(String[] arguments) {
    Pace pace =
        new Pace(
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]));
    List<String> names = List.of(arguments).subList(5, arguments.length);
    Duel duel = new Duel(arguments[0], Integer.parseInt(arguments[1]), pace, names);
    System.out.println(duel.result());
  }

  private JsonObject result() {
    JsonObject result = new JsonObject();
    result.addProperty("java", System.getProperty("java.version"));
    result.addProperty("difference", difference());
    warmUp();
    for (int i = 0; i < pace.rounds(); i++) {
      entries.forEach(entry -> entry.score().round(entry.contender(), pace));
    }
    JsonObject each = new JsonObject();
    for (Entry entry : entries) {
      each.add(entry.name(), described(entry));
      entry.contender().close();
    }
    result.add("contenders", each);
    return result;
  }

  private static JsonObject described(Entry entry) {
    JsonObject score = entry.score().json();
    if (entry.contender() instanceof SinterContender ours) {
      score.addProperty("backend", ours.model.backend());
      score.addProperty("macs", ours.model.macs());
      score.addProperty("parameters", ours.model.parameters());
    } else if (entry.contender() instanceof PeakContender) {
      score.addProperty("macs", PeakContender.macs());
    }
    return score;
  }

  private void warmUp() {
    long end = System.nanoTime() + pace.warmUpMillis() * 1_000_000L;
    Score forgotten = new Score();
    do {
      entries.forEach(entry -> forgotten.round(entry.contender(), pace));
    } while (System.nanoTime() < end);
  }

  /** The largest difference of two contenders, in units of the largest output. */
  private double difference() {
    List<float[][]> results = new ArrayList<>();
    for (Entry entry : entries) {
      entry.contender().run();
      if (entry.contender().outputs().length > 0 && !COARSE.contains(entry.name())) {
        results.add(entry.contender().outputs());
      }
    }
    double worst = 0;
    for (float[][] outputs : results) {
      for (int k = 0; k < outputs.length; k++) {
        worst = Math.max(worst, difference(results.get(0)[k], outputs[k]));
      }
    }
    if (!(worst <= AGREEMENT)) {
      throw new IllegalStateException(
          "The outputs of "
              + entries.stream().map(Entry::name).toList()
              + " differ by "
              + worst
              + " of the largest.");
    }
    return worst;
  }

  private static double difference(float[] expected, float[] found) {
    double largest = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs((double) expected[i] - found[i])); // NaN if one is
    }
    return worst / largest;
  }

  /** The rounds of one contender. */
  private static final class Score {
    private final JsonArray nanosPerCall = new JsonArray();
    private long nanos;
    private long collections;

    void round(Contender contender, Pace pace) {
      long before = collections();
      long calls = 0;
      long start = System.nanoTime();
      long elapsed;
      do {
        contender.run();
        calls++;
        elapsed = System.nanoTime() - start;
      } while (elapsed < pace.roundMillis() * 1_000_000L);
      nanosPerCall.add(Math.round(elapsed / (double) calls));
      nanos += elapsed;
      collections += collections() - before;
    }

    private static long collections() {
      return ManagementFactory.getGarbageCollectorMXBeans().stream()
          .mapToLong(GarbageCollectorMXBean::getCollectionCount)
          .sum();
    }

    JsonObject json() {
      JsonObject json = new JsonObject();
      json.add("nanos", nanosPerCall);
      json.addProperty("collectionsPerSecond", collections * 1e9 / nanos);
      return json;
    }
  }
}
