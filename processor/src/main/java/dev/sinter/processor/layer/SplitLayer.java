package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;

/** {@code @Split}: a slice of the channels, one of several equal ones. */
final class SplitLayer implements LayerType {
  @Override
  public String annotation() {
    return "Split";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    int parts = layer.values().integer("parts");
    int channels = layer.input().channels();
    if (parts < 1 || channels % parts != 0) {
      throw layer.bad("parts", parts, "a divisor of the " + layer.inputChannels());
    }
    int index = layer.values().integer("index");
    if (index < 0 || index >= parts) {
      throw layer.bad("index", index, "from 0 to " + (parts - 1));
    }
    int size = channels / parts;
    return new Op.Slice(0, index * size, (index + 1) * size, 1);
  }
}
