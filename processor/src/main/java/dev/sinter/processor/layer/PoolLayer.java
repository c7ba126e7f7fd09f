package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Window;

/** {@code @MaxPool} and {@code @AvgPool}: one- or two-dimensional by what they read. */
record PoolLayer(String annotation, Op.Pool.Kind kind) implements LayerType {
  @Override
  public Op build(LayerContext layer) throws Rejection {
    boolean oneRow = layer.input().rank() == 2;
    Window.Pair kernel = layer.pair("kernel", oneRow);
    Window.Pair stride =
        layer.values().integers("stride").isEmpty() ? kernel : layer.pair("stride", oneRow);
    Window.Padding padding = layer.padding(oneRow);
    requireHalf(layer, kernel, padding);
    Window window = new Window(kernel, stride, new Window.Pair(1, 1), padding);
    boolean countPadding = kind == Op.Pool.Kind.AVERAGE && layer.values().flag("countIncludePad");
    return new Op.Pool(kind, window, layer.values().flag("ceilMode"), countPadding);
  }

  /** PyTorch's condition, without which a window could lie in the padding altogether. */
  private static void requireHalf(LayerContext layer, Window.Pair kernel, Window.Padding padding)
      throws Rejection {
    int rows = Math.max(padding.top(), padding.bottom());
    int columns = Math.max(padding.left(), padding.right());
    if (rows > kernel.height() / 2 || columns > kernel.width() / 2) {
      throw layer.bad(
          "padding",
          LayerContext.braces(layer.values().integers("padding")),
          "at most half the kernel " + LayerContext.braces(layer.values().integers("kernel")));
    }
  }
}
