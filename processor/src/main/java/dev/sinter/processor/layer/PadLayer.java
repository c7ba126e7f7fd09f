package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Window;
import java.util.List;

/** {@code @Pad}: of the map and of the channels. */
final class PadLayer implements LayerType {
  @Override
  public String annotation() {
    return "Pad";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    Window.Padding padding = layer.padding(layer.input().rank() == 2);
    if (layer.input().rank() == 1 && !padding.equals(Window.Padding.NONE)) {
      throw layer.bad(
          "padding",
          LayerContext.braces(layer.values().integers("padding")),
          "left out: the input is the vector " + layer.input() + ", which has channels only");
    }
    List<Integer> channels = layer.values().integers("channels");
    if (channels.size() != 2 || channels.stream().anyMatch(n -> n < 0)) {
      throw layer.bad(
          "channels", LayerContext.braces(channels), "{before, after}, none of them negative");
    }
    double value = layer.values().number("value");
    if (!Float.isFinite((float) value)) {
      throw layer.bad("value", value, "a finite float");
    }
    return new Op.Pad(padding, channels.get(0), channels.get(1), value);
  }
}
