package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
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
 * A keyword spotter, DS-CNN: Y. Zhang et al., <i>Hello Edge: Keyword Spotting on
 * Microcontrollers</i>, arXiv 1711.07128.
 *
 * <p>Input: ten mel-frequency cepstral coefficients of each of 49 frames, [1, 49, 10]. Output: the
 * logits of the keywords. The width is in the weights alone; the tests take the small one, 64
 * channels.
 *
 * <p>The tensors are named as the variables in ARM's repository ML-KWS-for-MCU are in their scope
 * DS-CNN, but in PyTorch's layout and with PyTorch's last names: {@code
 * conv_ds_1.pointwise_conv.weight} for {@code conv_ds_1/pointwise_conv/weights}. Like there, ε is
 * 0.001 and no batch normalization has a γ; convolutions pad as TensorFlow's SAME.
 */
@Network(
    input = {1, 49, 10},
    weights = "ds_cnn.safetensors")
public final class DsCnn {
  @Conv(stride = 2, same = true, weights = "conv_1")
  Layer conv1;

  @BatchNorm(eps = 0.001, weights = "conv_1.batch_norm")
  Layer bn1;

  @Activation(RELU)
  Layer relu1;

  @Block(weights = "conv_ds_1")
  Separable separable1;

  @Block(weights = "conv_ds_2")
  Separable separable2;

  @Block(weights = "conv_ds_3")
  Separable separable3;

  @Block(weights = "conv_ds_4")
  Separable separable4;

  @GlobalAvgPool Layer avgPool;
  @Flatten Layer flatten;
  @Dropout Layer dropout;
  @Linear Layer fc1;

  /** A 3×3 convolution of each channel, a 1×1 convolution of all. */
  @Block
  static final class Separable {
    @Conv(same = true, weights = "depthwise_conv")
    Layer depthwise;

    @BatchNorm(eps = 0.001, weights = "dw_batch_norm")
    Layer depthwiseBn;

    @Activation(RELU)
    Layer depthwiseRelu;

    @Conv(weights = "pointwise_conv")
    Layer pointwise;

    @BatchNorm(eps = 0.001, weights = "pw_batch_norm")
    Layer pointwiseBn;

    @Activation(RELU)
    Layer pointwiseRelu;
  }
}
