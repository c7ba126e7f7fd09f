package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Locale;
import java.util.Optional;

/** {@code @Conv}: one- or two-dimensional by the rank of its weight. */
final class ConvLayer implements LayerType {
  @Override
  public String annotation() {
    return "Conv";
  }

  @Override
  public boolean fits(LayerContext layer, Shape shape) {
    return layer.input().rank() > 1
        && shape.rank() == layer.input().rank() + 1
        && shape.size() > 0
        && layer.input().channels() % shape.extent(1) == 0
        && shape.extent(0) % (layer.input().channels() / shape.extent(1)) == 0;
  }

  @Override
  public Op build(LayerContext layer) throws Rejection {
    WeightTensor weight = layer.tensor("weight");
    Shape kernel = kernel(layer, weight);
    int groups = groups(layer, weight, kernel);
    Optional<WeightTensor> bias = layer.optionalTensor("bias");
    Tensor biasValues =
        bias.isEmpty()
            ? null
            : bias.get()
                .vector(
                    kernel.extent(0),
                    "'" + weight.name() + "' has " + kernel.extent(0) + " output channels");
    return new Op.Conv(
        window(layer, kernel, weight.tensor().shape().rank() == 3),
        groups,
        weight.tensor().reshaped(kernel),
        biasValues,
        Activation.NONE);
  }

  /** The weight's shape as [O, I/groups, kh, kw]. */
  private static Shape kernel(LayerContext layer, WeightTensor weight) throws Rejection {
    Shape shape = weight.tensor().shape();
    int rank = layer.input().rank();
    if (rank == 1) {
      throw Problem.LAYER_SHAPE.reject(
          layer.location(),
          layer.name(),
          "needs a map [C, H, W] or a sequence [C, L]; the input is the vector "
              + layer.input()
              + ". For a vector use @Linear");
    }
    if (shape.rank() != rank + 1 || shape.size() == 0) {
      throw weight.wrongShape(
          "the input of '"
              + layer.name()
              + "' is "
              + layer.input()
              + ", so it must be "
              + (rank == 3 ? "[out, in/groups, height, width]." : "[out, in/groups, length]."));
    }
    return rank == 3 ? shape : Shape.of(shape.extent(0), shape.extent(1), 1, shape.extent(2));
  }

  private static int groups(LayerContext layer, WeightTensor weight, Shape kernel)
      throws Rejection {
    int channels = layer.input().channels();
    int perGroup = kernel.extent(1);
    if (channels % perGroup != 0) {
      throw weight.wrongShape(
          String.format(
              Locale.ROOT,
              "the input of '%s' has %s, so its dimension 1 must be %d%s.%s",
              layer.name(),
              layer.inputChannels(),
              channels,
              channels == 1 ? "" : " (or a divisor of it, for a grouped convolution)",
              channelsLast(layer, perGroup)));
    }
    int groups = channels / perGroup;
    if (kernel.extent(0) % groups != 0) {
      throw weight.wrongShape(
          String.format(
              Locale.ROOT,
              "the input of '%s' has %s, so its dimension 1 must be %d, or, for a convolution in %d"
                  + " groups of %d, its dimension 0 a multiple of %d.%s",
              layer.name(),
              layer.inputChannels(),
              channels,
              groups,
              perGroup,
              groups,
              channelsLast(layer, perGroup)));
    }
    return groups;
  }

  /** What to say where the network's input seems to be declared as [H, W, C]. */
  private static String channelsLast(LayerContext layer, int channels) {
    Shape input = layer.input();
    boolean last = input.rank() == 3 && input.extent(2) == channels && layer.readsInputsShape();
    return last
        ? String.format(
            Locale.ROOT,
            " Inputs are [C, H, W]: did you mean {%d, %d, %d}?",
            channels,
            input.extent(0),
            input.extent(1))
        : "";
  }

  private static Window window(LayerContext layer, Shape kernel, boolean oneRow) throws Rejection {
    Window.Pair size = new Window.Pair(kernel.extent(2), kernel.extent(3));
    Window.Pair stride = layer.pair("stride", oneRow);
    Window.Pair dilation = layer.pair("dilation", oneRow);
    Window.Padding padding = layer.padding(oneRow);
    Window window = new Window(size, stride, dilation, padding);
    if (!layer.values().flag("same")) {
      return window;
    }
    if (!padding.equals(Window.Padding.NONE)) {
      throw Problem.SAME_AND_PADDING.reject(layer.values().at("same"), layer.name());
    }
    int rows = missing(window.rows(), layer.input().height());
    int columns = missing(window.columns(), layer.input().width());
    return new Window(
        size,
        stride,
        dilation,
        new Window.Padding(rows / 2, columns / 2, rows - rows / 2, columns - columns / 2));
  }

  /** The zeros with which an axis gives ⌈extent/stride⌉ positions: TensorFlow's SAME. */
  private static int missing(Window.Axis axis, int extent) {
    long outputs = (extent + axis.stride() - 1L) / axis.stride();
    long missing = (outputs - 1) * axis.stride() + axis.reach() - extent;
    return (int) Math.min(Math.max(missing, 0), Integer.MAX_VALUE);
  }
}
