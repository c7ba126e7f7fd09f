package dev.sinter.processor.report;

import dev.sinter.processor.quantize.Quantization;
import dev.sinter.processor.quantize.Quantization.Orders;
import dev.sinter.processor.quantize.Ratio;
import dev.sinter.processor.quantize.Storage;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What storing weights in fewer bits loses, in words. */
public final class Losses {
  private Losses() {}

  /** Of a network, for the head of its class. */
  public static String sentence(Quantization losses) {
    return String.format(
        Locale.ROOT,
        "Weights as %s, %,d of %,d bytes: signal to noise %s, of the outputs for %s %s; the largest"
            + " change is %.1e of the largest output.",
        storages(losses),
        losses.bytes(),
        losses.floats(),
        orders(losses.weights()),
        images(losses),
        orders(losses.outputs()),
        losses.largest());
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
