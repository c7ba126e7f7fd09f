package dev.sinter.samples.digits;

import dev.sinter.Model;
import dev.sinter.Session;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Compares the speed and the answers of the network as folded and as declared, in one thread.
 *
 * <p>The two take turns, so that a machine that grows hot or busy does it to both; the median of
 * the rounds stands for each.
 */
final class Benchmark {
  private final Contestant folded;
  private final Contestant unfolded;
  private final int images;
  private final Duration round;
  private final int warmUpRounds;
  private final int rounds;

  /**
   * Prepares a comparison.
   *
   * @param samples the images, which go through the network as one batch
   * @param round how long each network runs before it is the other one's turn
   * @param warmUpRounds how many times they take turns before anything counts
   * @param rounds how many times they take turns then
   */
  Benchmark(List<Sample> samples, Duration round, int warmUpRounds, int rounds) {
    images = samples.size();
    byte[] batch = new byte[images * DigitImage.SIDE * DigitImage.SIDE];
    for (int i = 0; i < images; i++) {
      byte[] image = samples.get(i).image();
      System.arraycopy(image, 0, batch, i * image.length, image.length);
    }
    folded = new Contestant(SinteredDigits.load(), batch, images);
    unfolded = new Contestant(SinteredDigitsUnfolded.load(), batch, images);
    this.round = round;
    this.warmUpRounds = warmUpRounds;
    this.rounds = rounds;
  }

  /** Runs both networks and tells the result in lines for a terminal. */
  String report() {
    takeTurns(warmUpRounds);
    double[][] rates = takeTurns(rounds);
    double foldedRate = median(rates[0]);
    double unfoldedRate = median(rates[1]);
    return String.join(
        System.lineSeparator(),
        format(
            "JDK %s (%s), %s kernels, one thread",
            System.getProperty("java.version"),
            System.getProperty("java.vm.name"),
            folded.model.backend()),
        format(
            "%d images as a batch; the medians of %d rounds of %d ms",
            images, rounds, round.toMillis()),
        "",
        "            images/s  us/image  parameters       MACs",
        folded.line("folded", foldedRate),
        unfolded.line("unfolded", unfoldedRate),
        "",
        format("Folded, the network is %.2f times as fast.", foldedRate / unfoldedRate),
        format("No output differs by more than %.1e.", folded.largestDifference(unfolded)));
  }

  /** Images in a second, of the folded and of the unfolded network, in each round. */
  private double[][] takeTurns(int count) {
    double[][] rates = new double[2][count];
    for (int i = 0; i < count; i++) {
      rates[0][i] = folded.imagesPerSecond(round);
      rates[1][i] = unfolded.imagesPerSecond(round);
    }
    return rates;
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** One of the two networks, with its session and its answers. */
  private static final class Contestant {
    final Model model;
    private final Session session;
    private final byte[] batch;
    private final float[][] outputs;
    private final int images;

    Contestant(Model model, byte[] batch, int images) {
      this.model = model;
      this.batch = batch;
      this.images = images;
      session = model.newSession();
      outputs =
          model.outputs().stream()
              .map(port -> new float[images * port.size()])
              .toArray(float[][]::new);
    }

    double imagesPerSecond(Duration time) {
      long done = 0;
      long start = System.nanoTime();
      long elapsed;
      do {
        session.run(batch, outputs);
        done += images;
        elapsed = System.nanoTime() - start;
      } while (elapsed < time.toNanos());
      return done * 1e9 / elapsed;
    }

    String line(String name, double rate) {
      return format(
          "%-8s %,11.0f %9.1f %,11d %,10d",
          name, rate, 1e6 / rate, model.parameters(), model.macs());
    }

    double largestDifference(Contestant other) {
      double largest = 0;
      for (int k = 0; k < outputs.length; k++) {
        for (int i = 0; i < outputs[k].length; i++) {
          largest = Math.max(largest, Math.abs(outputs[k][i] - other.outputs[k][i]));
        }
      }
      return largest;
    }
  }
}
