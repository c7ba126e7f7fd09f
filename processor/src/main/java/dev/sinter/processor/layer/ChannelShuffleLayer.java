package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;

/** {@code @ChannelShuffle}. */
final class ChannelShuffleLayer implements LayerType {
  @Override
  public String annotation() {
    return "ChannelShuffle";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    int groups = layer.values().integer("groups");
    if (groups < 1 || layer.input().channels() % groups != 0) {
      throw layer.bad("groups", groups, "a divisor of the " + layer.inputChannels());
    }
    return new Op.ChannelShuffle(groups);
  }
}
