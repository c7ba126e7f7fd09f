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
    Window window = new Window(kernel, stride, new Window.Pair(1, 1), layer.padding(oneRow));
    boolean countPadding = kind == Op.Pool.Kind.AVERAGE && layer.values().flag("countIncludePad");
    return new Op.Pool(kind, window, layer.values().flag("ceilMode"), countPadding);
  }
}
