package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU6;

import dev.sinter.Activation;
import dev.sinter.Add;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.Conv;
import dev.sinter.Dropout;
import dev.sinter.Flatten;
import dev.sinter.GlobalAvgPool;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.Network;

/**
 * MobileNetV2: M. Sandler et al., <i>MobileNetV2: Inverted Residuals and Linear Bottlenecks</i>,
 * arXiv 1801.04381.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes. The width is in the weights alone.
 *
 * <p>The tensors are named as in the state_dict of torchvision's {@code mobilenet_v2}.
 */
@Network(
    input = {3, 224, 224},
    weights = "mobilenet_v2.safetensors")
public final class MobileNetV2 {
  @Conv(stride = 2, padding = 1, weights = "features.0.0")
  Layer conv;

  @BatchNorm(weights = "features.0.1")
  Layer bn;

  @Activation(RELU6)
  Layer relu6;

  @Block(weights = "features.1.conv")
  Unexpanded features1;

  @Block(weights = "features.2.conv")
  Halving features2;

  @Block(weights = "features.3")
  Residual features3;

  @Block(weights = "features.4.conv")
  Halving features4;

  @Block(weights = "features.5")
  Residual features5;

  @Block(weights = "features.6")
  Residual features6;

  @Block(weights = "features.7.conv")
  Halving features7;

  @Block(weights = "features.8")
  Residual features8;

  @Block(weights = "features.9")
  Residual features9;

  @Block(weights = "features.10")
  Residual features10;

  @Block(weights = "features.11.conv")
  Widening features11;

  @Block(weights = "features.12")
  Residual features12;

  @Block(weights = "features.13")
  Residual features13;

  @Block(weights = "features.14.conv")
  Halving features14;

  @Block(weights = "features.15")
  Residual features15;

  @Block(weights = "features.16")
  Residual features16;

  @Block(weights = "features.17.conv")
  Widening features17;

  @Conv(weights = "features.18.0")
  Layer lastConv;

  @BatchNorm(weights = "features.18.1")
  Layer lastBn;

  @Activation(RELU6)
  Layer lastRelu6;

  @GlobalAvgPool Layer pool;
  @Flatten Layer flatten;
  @Dropout Layer dropout;

  @Linear(weights = "classifier.1")
  Layer classifier;

  /** The first block: it has no expansion. */
  @Block
  static final class Unexpanded {
    @Conv(padding = 1, weights = "0.0")
    Layer depthwise;

    @BatchNorm(weights = "0.1")
    Layer depthwiseBn;

    @Activation(RELU6)
    Layer depthwiseRelu6;

    @Conv(weights = "1")
    Layer project;

    @BatchNorm(weights = "2")
    Layer projectBn;
  }

  /** More channels, a convolution of each, fewer channels. */
  @Block
  static final class Widening {
    @Conv(weights = "0.0")
    Layer expand;

    @BatchNorm(weights = "0.1")
    Layer expandBn;

    @Activation(RELU6)
    Layer expandRelu6;

    @Conv(padding = 1, weights = "1.0")
    Layer depthwise;

    @BatchNorm(weights = "1.1")
    Layer depthwiseBn;

    @Activation(RELU6)
    Layer depthwiseRelu6;

    @Conv(weights = "2")
    Layer project;

    @BatchNorm(weights = "3")
    Layer projectBn;
  }

  /** The same for half the height and width. */
  @Block
  static final class Halving {
    @Conv(weights = "0.0")
    Layer expand;

    @BatchNorm(weights = "0.1")
    Layer expandBn;

    @Activation(RELU6)
    Layer expandRelu6;

    @Conv(stride = 2, padding = 1, weights = "1.0")
    Layer depthwise;

    @BatchNorm(weights = "1.1")
    Layer depthwiseBn;

    @Activation(RELU6)
    Layer depthwiseRelu6;

    @Conv(weights = "2")
    Layer project;

    @BatchNorm(weights = "3")
    Layer projectBn;
  }

  /** The same, added to what it reads. */
  @Block
  static final class Residual {
    @Block Widening conv;

    @Add({"conv", "input"})
    Layer sum;
  }
}
