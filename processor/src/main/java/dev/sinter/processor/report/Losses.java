package dev.sinter.processor.report;

import dev.sinter.processor.quantize.Quantization;
import dev.sinter.processor.quantize.Quantization.Orders;
import dev.sinter.processor.quantize.Ratio;
import dev.sinter.processor.quantize.Storage;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What storing weights in fewer bits loses, in words. */
public final class Losses {
  private Losses() {}

  /** Of a network, for the head of its class. */
  public static String sentence(Quantization losses) {
    return String.format(
        Locale.ROOT,
        "Weights as %s, %,d of %,d bytes: signal to noise %s, of the outputs for %s %s; the largest"
            + " change is %.1e of the largest output.%s",
        storages(losses),
        losses.bytes(),
        losses.floats(),
        orders(losses.weights()),
        images(losses),
        orders(losses.outputs()),
        losses.largest(),
        surprise(losses).map(words -> " " + words).orElse(""));
  }

  /**
   * Why the outputs are nearer if weights are quantized before they are folded, where they are by
   * as much as is shown.
   */
  static Optional<String> surprise(Quantization losses) {
    OptionalDouble outputs = gain(losses.outputs());
    if (outputs.isEmpty() || tenths(outputs.getAsDouble()) >= 0) {
      return Optional.empty();
    }
    double weights = gain(losses.weights()).orElse(0);
    String why =
        tenths(weights) < 0
            ? String.format(Locale.ROOT, "as its weights are, by %.1f dB.", -weights)
            : "though its weights are not: their errors happen to cancel more on these images.";
    return Optional.of(
        String.format(
            Locale.ROOT,
            "Quantized before folding, the outputs are %.1f dB nearer, %s",
            -outputs.getAsDouble(),
            why));
  }

  /**
   * By how many dB the order that is compiled is better, if there is another, and noise in both.
   */
  static OptionalDouble gain(Orders orders) {
    double first = orders.foldedFirst().decibels();
    double other = orders.storedTwice().map(Ratio::decibels).orElse(Double.NaN);
    return Double.isFinite(first - other)
        ? OptionalDouble.of(first - other)
        : OptionalDouble.empty();
  }

  private static long tenths(double decibels) {
    return Math.round(10 * decibels);
  }

  /** Of a layer, for the head of its class. */
  static String sentence(Quantization.Layer layer) {
    return String.format(
        Locale.ROOT,
        "%s weights, %,d of %,d bytes: signal to noise %s",
        layer.storage(),
        layer.bytes(),
        layer.floats(),
        orders(layer.weights()));
  }

  /** Of a network, for the build's log. */
  static String summary(Quantization losses) {
    return String.format(
        Locale.ROOT,
        "weights %s, %s of %s, outputs %s, max change %.1e",
        storages(losses),
        Summary.bytes(losses.bytes()),
        Summary.bytes(losses.floats()),
        orders(losses.outputs()),
        losses.largest());
  }

  /** {@code "8 random images"}. */
  static String images(Quantization losses) {
    return losses.images()
        + (losses.given() ? " given image" : " random image")
        + (losses.images() == 1 ? "" : "s");
  }

  static String storages(Quantization losses) {
    return losses.layers().stream()
        .map(Quantization.Layer::storage)
        .distinct()
        .sorted()
        .map(Storage::toString)
        .collect(Collectors.joining(" and "));
  }

  /** {@code "72.1 dB (69.0 dB if quantized before folding)"}: in as many bytes. */
  private static String orders(Orders orders) {
    String words = decibels(orders.foldedFirst());
    return words
        + orders
            .storedTwice()
            .map(other -> " (" + decibels(other) + " if quantized before folding)")
            .orElse("");
  }

  /** {@code "72.1 dB"}, {@code "exact"}, or {@code "overflow"}. */
  static String decibels(Ratio ratio) {
    double decibels = ratio.decibels();
    if (ratio.isExact()) {
      return "exact";
    }
    return Double.isFinite(decibels) ? String.format(Locale.ROOT, "%.1f dB", decibels) : "overflow";
  }

  /** The same, and a dash for none. */
  static String decibels(Optional<Ratio> ratio) {
    return ratio.map(Losses::decibels).orElse("–");
  }
}
