package dev.sinter.processor.layer;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Keras with channels last. A kernel's last two axes are its input and output channels, [h, w, in,
 * out], [k, in, out] or [in, out]; a depthwise one's are the channel and its multiplier, and output
 * c·M + m comes of channel c. A vector flattened from a map counts the channels fastest, so what
 * stands for each element of such a vector is put into another order.
 *
 * <p>Source: the documentation of {@code keras.layers}: Conv2D, Conv2DTranspose, DepthwiseConv2D,
 * Dense, Flatten, and BatchNormalization, which has epsilon=0.001.
 */
final class KerasConvention implements Convention {
  private static final Pattern NAME =
      Pattern.compile(
          "(.*[./])?(kernel|depthwise_kernel|bias|gamma|beta|moving_mean|moving_variance|alpha)"
              + "(:0)?");

  @Override
  public String name() {
    return "KERAS";
  }

  @Override
  public List<Form> forms(LayerContext layer, String tensor, Stored stored) {
    String kind = layer.values().annotation();
    if (kind.equals("BatchNorm")) {
      String name =
          switch (tensor) {
            case "weight" -> "gamma";
            case "bias" -> "beta";
            case "running_mean" -> "moving_mean";
            default -> "moving_variance";
          };
      return List.of(new Form(name, vector -> reordered(layer, vector)));
    }
    if (kind.equals("PRelu")) {
      return List.of(new Form("alpha", slopes -> slopes(layer, slopes)));
    }
    if (!tensor.equals("weight")) {
      return List.of(Form.of(tensor));
    }
    if (kind.equals("Linear")) {
      return List.of(new Form("kernel", kernel -> dense(layer, kernel)));
    }
    Form kernel = new Form("kernel", KerasConvention::kernel);
    // With a pointwise kernel beside it, it would only be the first half of a separable layer.
    return stored.has("pointwise_kernel")
        ? List.of(kernel)
        : List.of(kernel, new Form("depthwise_kernel", KerasConvention::depthwiseKernel));
  }

  @Override
  public Epsilon epsilon(Stored stored) {
    return Epsilon.inRoot(1e-3);
  }

  @Override
  public boolean flattensChannelsLast() {
    return true;
  }

  /**
   * HDF5 files have the layer's name once for its group, and again in the name of the tensor:
   * {@code model_weights/conv1/conv1/kernel:0}. For layers of a sequential model, Keras 3 puts the
   * model's name between the two.
   */
  @Override
  public String canonical(String name) {
    String bare = name.endsWith(":0") ? name.substring(0, name.length() - 2) : name;
    String root = "model_weights/";
    List<String> path =
        List.of((bare.startsWith(root) ? bare.substring(root.length()) : bare).split("[./]", -1));
    int groups = path.size() - 1;
    for (int layer = groups / 2; layer > 0; layer--) {
      if (path.subList(0, layer).equals(path.subList(groups - layer, groups))) {
        path = path.subList(groups - layer, groups + 1);
        break;
      }
    }
    return Convention.super.canonical(String.join(".", path));
  }

  @Override
  public boolean recognizes(String name) {
    return NAME.matcher(name).matches();
  }

  /** [map…, in, out] to [out, in, map…]; transposed, [map…, out, in] to [in, out, map…]. */
  private static Tensor kernel(WeightTensor stored) {
    Tensor kernel = stored.tensor();
    Shape shape = kernel.shape();
    if (shape.rank() < 3) {
      return kernel;
    }
    int in = shape.extent(shape.rank() - 2);
    int out = shape.extent(shape.rank() - 1);
    int taps = taps(shape);
    return kernel.arranged(
        withTaps(out, in, shape), i -> (i % taps * in + i / taps % in) * out + i / taps / in);
  }

  /** [map…, channel, multiplier] to [channel·multiplier, 1, map…]. */
  private static Tensor depthwiseKernel(WeightTensor stored) {
    Tensor kernel = stored.tensor();
    Shape shape = kernel.shape();
    if (shape.rank() < 3) {
      return kernel;
    }
    int out = shape.extent(shape.rank() - 2) * shape.extent(shape.rank() - 1);
    int taps = taps(shape);
    return kernel.arranged(withTaps(out, 1, shape), i -> i % taps * out + i / taps);
  }

  private static int taps(Shape kernel) {
    return kernel.extents().subList(0, kernel.rank() - 2).stream().reduce(1, (a, b) -> a * b);
  }

  private static Shape withTaps(int out, int in, Shape kernel) {
    List<Integer> extents = new ArrayList<>(List.of(out, in));
    extents.addAll(kernel.extents().subList(0, kernel.rank() - 2));
    return new Shape(extents);
  }

  /** [in, out] to [out, in], each row in the order of what the layer reads. */
  private static Tensor dense(LayerContext layer, WeightTensor stored) {
    Tensor kernel = stored.tensor();
    Shape shape = kernel.shape();
    if (shape.rank() != 2) {
      return kernel;
    }
    int in = shape.extent(0);
    int out = shape.extent(1);
    Shape result = Shape.of(out, in);
    if (in != layer.input().size()) {
      return kernel.arranged(result, i -> i % in * out + i / in);
    }
    Features features = layer.features();
    return kernel.arranged(result, i -> features.channelsLast(i % in) * out + i / in);
  }

  /** One value for each channel: of a vector, in its order. */
  private static Tensor reordered(LayerContext layer, WeightTensor stored) {
    Tensor vector = stored.tensor();
    if (!vector.shape().equals(layer.input())) {
      return vector;
    }
    return vector.arranged(vector.shape(), layer.features()::channelsLast);
  }

  /** Slopes that are shared along the map's axes: [1, 1, C] to [C]. */
  private static Tensor slopes(LayerContext layer, WeightTensor stored) {
    Tensor slopes = stored.tensor();
    int rank = slopes.shape().rank();
    boolean shared = rank > 1 && slopes.size() == slopes.shape().extent(rank - 1);
    return shared ? slopes.reshaped(Shape.of(slopes.size())) : reordered(layer, stored);
  }
}
