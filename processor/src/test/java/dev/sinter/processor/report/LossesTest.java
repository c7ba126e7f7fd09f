package dev.sinter.processor.report;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.quantize.Quantization;
import dev.sinter.processor.quantize.Quantization.Layer;
import dev.sinter.processor.quantize.Quantization.Orders;
import dev.sinter.processor.quantize.Ratio;
import dev.sinter.processor.quantize.Storage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The words for all that figures may be. */
class LossesTest {
  private static final Ratio EXACT = new Ratio(1, 0);

  private static Ratio decibels(double decibels) {
    return new Ratio(1, Math.pow(10, -decibels / 10));
  }

  private static Orders orders(Ratio first, Ratio other) {
    return new Orders(first, Optional.of(other));
  }

  private static Quantization losses(Orders weights, Orders outputs) {
    Layer layer = new Layer("conv", Storage.INT8, 400, 108, weights);
    return new Quantization(List.of(layer), 1, false, outputs, 0.01);
  }

  @Test
  void outputsThatAreNearerInTheOtherOrder() {
    Orders outputs = orders(decibels(40), decibels(41.5));
    assertThat(Losses.surprise(losses(orders(decibels(43), decibels(43)), outputs)))
        .hasValue(
            "Quantized before folding, the outputs are 1.5 dB nearer, though its weights are not:"
                + " their errors happen to cancel more on these images.");
    assertThat(Losses.surprise(losses(orders(decibels(43), decibels(44)), outputs)))
        .hasValue(
            "Quantized before folding, the outputs are 1.5 dB nearer, as its weights are, by 1.0"
                + " dB.");
    assertThat(Losses.sentence(losses(orders(decibels(43), decibels(43)), outputs)))
        .endsWith(
            "of the largest output. "
                + "Quantized before folding, the outputs are 1.5 dB"
                + " nearer, though its weights are not: their errors happen to cancel more on these"
                + " images.");
  }

  @Test
  void outputsThatAreNot() {
    Orders weights = orders(decibels(43), decibels(43));
    assertThat(Losses.surprise(losses(weights, orders(decibels(41), decibels(40))))).isEmpty();
    assertThat(Losses.surprise(losses(weights, orders(decibels(40), decibels(40.04))))).isEmpty();
    assertThat(Losses.surprise(losses(weights, orders(decibels(40), EXACT)))).isEmpty();
    assertThat(Losses.surprise(losses(weights, new Orders(decibels(40), Optional.empty()))))
        .isEmpty();
  }

  @Test
  void sectionWhereNothingCanBeCompared() {
    String section =
        StorageSection.of(
            losses(
                new Orders(decibels(43), Optional.empty()),
                orders(EXACT, new Ratio(1, Double.NaN))));
    assertThat(section)
        .contains("<td class=\"n\">43.0 dB</td><td class=\"n\">–</td><td class=\"n\">–</td>");
    assertThat(section)
        .contains("<td class=\"n\">exact</td><td class=\"n\">overflow</td><td class=\"n\">–</td>");
  }

  @Test
  void gainHasASign() {
    String section =
        StorageSection.of(
            losses(orders(decibels(43), decibels(40)), orders(decibels(40), decibels(40.4))));
    assertThat(section).contains(">+3.0 dB</td>");
    assertThat(section).contains(">−0.4 dB</td>");
    String same =
        StorageSection.of(losses(orders(EXACT, EXACT), orders(decibels(40), decibels(40.01))));
    assertThat(same).contains(">0.0 dB</td>");
  }
}
