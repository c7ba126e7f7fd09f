package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code @ConvTranspose}: one- or two-dimensional by the rank of its weight. */
final class ConvTransposeLayer implements LayerType {
  @Override
  public String annotation() {
    return "ConvTranspose";
  }

  @Override
  public boolean fits(LayerContext layer, Shape shape) {
    return layer.input().rank() > 1
        && shape.rank() == layer.input().rank() + 1
        && shape.extent(0) == layer.input().channels()
        && shape.size() > 0;
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    WeightTensor weight = layer.tensor("weight");
    Shape kernel = kernel(layer, weight);
    int groups = groups(layer);
    int outputs = kernel.extent(1) * groups;
    Optional<WeightTensor> bias = layer.optionalTensor("bias");
    Tensor biasValues =
        bias.isEmpty()
            ? null
            : bias.get()
                .vector(outputs, "'" + weight.name() + "' has " + outputs + " output channels");
    boolean oneRow = layer.input().rank() == 2;
    Window window =
        new Window(
            new Window.Pair(kernel.extent(2), kernel.extent(3)),
            layer.pair("stride", oneRow),
            layer.pair("dilation", oneRow),
            layer.padding(oneRow));
    List<Integer> extra = outputPadding(layer, window, oneRow);
    return new Op.ConvTranspose(
        window,
        extra.get(0),
        extra.get(1),
        groups,
        weight.tensor().reshaped(kernel),
        biasValues,
        Activation.NONE);
  }

  /** The weight's shape as [I, O/groups, kh, kw]. */
  private static Shape kernel(LayerContext layer, WeightTensor weight) throws Rejection {
    Shape shape = weight.tensor().shape();
    int rank = layer.input().rank();
    if (rank == 1) {
      throw Problem.LAYER_SHAPE.reject(
          layer.location(),
          layer.name(),
          "needs a map [C, H, W] or a sequence [C, L]; the input is the vector " + layer.input());
    }
    int channels = layer.input().channels();
    if (shape.rank() != rank + 1 || shape.size() == 0 || shape.extent(0) != channels) {
      throw weight.wrongShape(
          String.format(
              Locale.ROOT,
              "the input of '%s' is %s, so it must be [%d, out/groups, %s].",
              layer.name(),
              layer.input(),
              channels,
              rank == 3 ? "height, width" : "length"));
    }
    return rank == 3 ? shape : Shape.of(channels, shape.extent(1), 1, shape.extent(2));
  }

  private static int groups(LayerContext layer) throws Rejection {
    int groups = layer.values().integer("groups");
    if (groups < 1 || layer.input().channels() % groups != 0) {
      throw layer.bad("groups", groups, "a divisor of the " + layer.inputChannels());
    }
    return groups;
  }

  /** Rows and columns. More than stride and dilation would be rows that no kernel reaches. */
  private static List<Integer> outputPadding(LayerContext layer, Window window, boolean oneRow)
      throws Rejection {
    List<Integer> numbers = layer.values().integers("outputPadding");
    if (numbers.size() == 1 || (numbers.size() == 2 && !oneRow)) {
      int rows = oneRow ? 0 : numbers.get(0);
      int columns = numbers.get(numbers.size() - 1);
      if (fits(rows, window.rows()) && fits(columns, window.columns())) {
        return List.of(rows, columns);
      }
    }
    String each = ", at least 0 and less than the stride or the dilation";
    throw layer.bad(
        "outputPadding",
        LayerContext.braces(numbers),
        oneRow ? "one number" + each : "{n} or {height, width}, each" + each.substring(1));
  }

  private static boolean fits(int extra, Window.Axis axis) {
    return extra >= 0 && extra < Math.max(axis.stride(), axis.dilation());
  }
}
