package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;

/** {@code @Upsample}: to a size, or by a scale. */
final class UpsampleLayer implements LayerType {
  @Override
  public String annotation() {
    return "Upsample";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    Shape input = layer.input();
    if (input.rank() == 1) {
      throw Problem.LAYER_SHAPE.reject(
          layer.location(),
          layer.name(),
          "needs a map [C, H, W] or a sequence [C, L]; the input is the vector " + input);
    }
    Op.Upsample.Mode mode = Op.Upsample.Mode.valueOf(layer.values().text("mode"));
    boolean alignCorners = layer.values().flag("alignCorners");
    if (alignCorners && mode == Op.Upsample.Mode.NEAREST) {
      throw layer.bad("alignCorners", true, "left out: NEAREST takes elements as they are");
    }
    boolean oneRow = input.rank() == 2;
    boolean scaled = !layer.values().integers("scale").isEmpty();
    boolean sized = !layer.values().integers("size").isEmpty();
    if (scaled == sized) {
      throw Problem.SCALE_OR_SIZE.reject(
          sized ? layer.values().at("size") : layer.location(),
          layer.name(),
          sized ? "both scale and size" : "neither scale nor size");
    }
    if (sized) {
      Window.Pair size = layer.pair("size", oneRow);
      return new Op.Upsample(mode, alignCorners, size.height(), size.width());
    }
    Window.Pair scale = layer.pair("scale", oneRow);
    return new Op.Upsample(
        mode,
        alignCorners,
        times(layer, scale.height(), input.height()),
        times(layer, scale.width(), input.width()));
  }

  private static int times(LayerContext layer, int scale, int extent) throws Rejection {
    long product = (long) scale * extent;
    if (product > Integer.MAX_VALUE) {
      throw layer.bad("scale", scale, "less, for an array to hold the result");
    }
    return (int) product;
  }
}
