package dev.sinter.recipes;

import static dev.sinter.Activation.Function.LEAKY_RELU;

import dev.sinter.Activation;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.Conv;
import dev.sinter.Flatten;
import dev.sinter.GlobalAvgPool;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.Network;

/**
 * MobileNet: A. Howard et al., <i>MobileNets: Efficient Convolutional Neural Networks for Mobile
 * Vision Applications</i>, arXiv 1704.04861.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes. The width is in the weights alone; the tests take ×0.25.
 *
 * <p>The tensors are named as in the state_dict of {@code MobileNetV1} in the repository
 * Pytorch_Retinaface, from which the best-known weights of ×0.25 come (drop their {@code module.}
 * in front). It has leaky rectifiers; for the paper's, write {@code RELU}.
 */
@Network(
    input = {3, 224, 224},
    weights = "mobilenet_v1.safetensors")
public final class MobileNetV1 {
  @Conv(stride = 2, padding = 1, weights = "stage1.0.0")
  Layer conv;

  @BatchNorm(weights = "stage1.0.1")
  Layer bn;

  @Activation(value = LEAKY_RELU, alpha = 0.1)
  Layer leakyRelu;

  @Block(weights = "stage1.1")
  Separable separable1;

  @Block(weights = "stage1.2")
  Halving separable2;

  @Block(weights = "stage1.3")
  Separable separable3;

  @Block(weights = "stage1.4")
  Halving separable4;

  @Block(weights = "stage1.5")
  Separable separable5;

  @Block(weights = "stage2.0")
  Halving separable6;

  @Block(weights = "stage2.1")
  Separable separable7;

  @Block(weights = "stage2.2")
  Separable separable8;

  @Block(weights = "stage2.3")
  Separable separable9;

  @Block(weights = "stage2.4")
  Separable separable10;

  @Block(weights = "stage2.5")
  Separable separable11;

  @Block(weights = "stage3.0")
  Halving separable12;

  @Block(weights = "stage3.1")
  Separable separable13;

  @GlobalAvgPool Layer avg;
  @Flatten Layer flatten;
  @Linear Layer fc;

  /** A 3×3 convolution of each channel, a 1×1 convolution of all. */
  @Block
  static final class Separable {
    @Conv(padding = 1, weights = "0")
    Layer depthwise;

    @BatchNorm(weights = "1")
    Layer bn1;

    @Activation(value = LEAKY_RELU, alpha = 0.1)
    Layer leakyRelu1;

    @Conv(weights = "3")
    Layer pointwise;

    @BatchNorm(weights = "4")
    Layer bn2;

    @Activation(value = LEAKY_RELU, alpha = 0.1)
    Layer leakyRelu2;
  }

  /** The same for half the height and width. */
  @Block
  static final class Halving {
    @Conv(stride = 2, padding = 1, weights = "0")
    Layer depthwise;

    @BatchNorm(weights = "1")
    Layer bn1;

    @Activation(value = LEAKY_RELU, alpha = 0.1)
    Layer leakyRelu1;

    @Conv(weights = "3")
    Layer pointwise;

    @BatchNorm(weights = "4")
    Layer bn2;

    @Activation(value = LEAKY_RELU, alpha = 0.1)
    Layer leakyRelu2;
  }
}
