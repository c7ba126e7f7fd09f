package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.List;

/** {@code @Reshape}: to a shape of which one extent may follow from the others. */
final class ReshapeLayer implements LayerType {
  private static final int REST = -1;

  @Override
  public String annotation() {
    return "Reshape";
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    List<Integer> written = layer.values().integers("value");
    long rests = written.stream().filter(extent -> extent == REST).count();
    if (written.isEmpty()
        || written.size() > 3
        || rests > 1
        || written.stream().anyMatch(extent -> extent < 1 && extent != REST)) {
      throw layer.bad(
          "value",
          LayerContext.braces(written),
          "{C, H, W}, {C, L} or {C}, each at least 1, or one of them -1");
    }
    long size = layer.input().size();
    long known = new Shape(written.stream().filter(extent -> extent != REST).toList()).size();
    if (rests == 0 ? known != size : size % known != 0) {
      throw layer.bad(
          "value",
          LayerContext.braces(written),
          (rests == 0 ? "" : "but for the -1 a divisor of ")
              + size
              + " elements, as many as the input "
              + layer.input()
              + " has");
    }
    int rest = (int) (size / known);
    return new Op.Reshape(
        new Shape(written.stream().map(extent -> extent == REST ? rest : extent).toList()));
  }
}
