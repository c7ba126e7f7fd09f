package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.ChannelShuffle;
import dev.sinter.Concat;
import dev.sinter.Conv;
import dev.sinter.Flatten;
import dev.sinter.GlobalAvgPool;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.MaxPool;
import dev.sinter.Network;
import dev.sinter.Split;

/**
 * ShuffleNetV2: N. Ma et al., <i>ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture
 * Design</i>, arXiv 1807.11164.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes. The width is in the weights alone; the tests take ×0.5.
 *
 * <p>The tensors are named as in the state_dict of torchvision's {@code shufflenet_v2_x0_5}.
 */
@Network(
    input = {3, 224, 224},
    weights = "shufflenet_v2.safetensors")
public final class ShuffleNetV2 {
  @Conv(stride = 2, padding = 1, weights = "conv1.0")
  Layer conv1;

  @BatchNorm(weights = "conv1.1")
  Layer bn1;

  @Activation(RELU)
  Layer relu1;

  @MaxPool(kernel = 3, stride = 2, padding = 1)
  Layer maxpool;

  @Block ShortStage stage2;
  @Block LongStage stage3;
  @Block ShortStage stage4;

  @Conv(weights = "conv5.0")
  Layer conv5;

  @BatchNorm(weights = "conv5.1")
  Layer bn5;

  @Activation(RELU)
  Layer relu5;

  @GlobalAvgPool Layer mean;
  @Flatten Layer flatten;
  @Linear Layer fc;

  @Block
  static final class ShortStage {
    @Block(weights = "0")
    Halving unit0;

    @Block(weights = "1")
    Unit unit1;

    @Block(weights = "2")
    Unit unit2;

    @Block(weights = "3")
    Unit unit3;
  }

  @Block
  static final class LongStage {
    @Block(weights = "0")
    Halving unit0;

    @Block(weights = "1")
    Unit unit1;

    @Block(weights = "2")
    Unit unit2;

    @Block(weights = "3")
    Unit unit3;

    @Block(weights = "4")
    Unit unit4;

    @Block(weights = "5")
    Unit unit5;

    @Block(weights = "6")
    Unit unit6;

    @Block(weights = "7")
    Unit unit7;
  }

  /** One half of the channels passes, the other is convolved, and then they are mixed. */
  @Block
  static final class Unit {
    @Split(index = 0, from = "input")
    Layer passing;

    @Split(index = 1, from = "input")
    Layer half;

    @Conv(weights = "branch2.0")
    Layer conv1;

    @BatchNorm(weights = "branch2.1")
    Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(padding = 1, weights = "branch2.3")
    Layer depthwise;

    @BatchNorm(weights = "branch2.4")
    Layer depthwiseBn;

    @Conv(weights = "branch2.5")
    Layer conv2;

    @BatchNorm(weights = "branch2.6")
    Layer bn2;

    @Activation(RELU)
    Layer relu2;

    @Concat({"passing", "relu2"})
    Layer concat;

    @ChannelShuffle(groups = 2)
    Layer shuffled;
  }

  /** For half the height and width, both branches read all channels. */
  @Block
  static final class Halving {
    @Conv(stride = 2, padding = 1, weights = "branch1.0")
    Layer leftDepthwise;

    @BatchNorm(weights = "branch1.1")
    Layer leftDepthwiseBn;

    @Conv(weights = "branch1.2")
    Layer leftConv;

    @BatchNorm(weights = "branch1.3")
    Layer leftBn;

    @Activation(RELU)
    Layer left;

    @Conv(weights = "branch2.0", from = "input")
    Layer conv1;

    @BatchNorm(weights = "branch2.1")
    Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(stride = 2, padding = 1, weights = "branch2.3")
    Layer depthwise;

    @BatchNorm(weights = "branch2.4")
    Layer depthwiseBn;

    @Conv(weights = "branch2.5")
    Layer conv2;

    @BatchNorm(weights = "branch2.6")
    Layer bn2;

    @Activation(RELU)
    Layer right;

    @Concat({"left", "right"})
    Layer concat;

    @ChannelShuffle(groups = 2)
    Layer shuffled;
  }
}
