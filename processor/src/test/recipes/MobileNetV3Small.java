package dev.sinter.recipes;

import static dev.sinter.Activation.Function.HARD_SIGMOID;
import static dev.sinter.Activation.Function.HARD_SWISH;
import static dev.sinter.Activation.Function.RELU;

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
import dev.sinter.Multiply;
import dev.sinter.Network;

/**
 * MobileNetV3-Small: A. Howard et al., <i>Searching for MobileNetV3</i>, arXiv 1905.02244.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes.
 *
 * <p>The tensors are named as in the state_dict of torchvision's {@code mobilenet_v3_small}, whose
 * batch normalizations have ε = 0.001.
 */
@Network(
    input = {3, 224, 224},
    weights = "mobilenet_v3_small.safetensors")
public final class MobileNetV3Small {
  @Conv(stride = 2, padding = 1, weights = "features.0.0")
  Layer conv;

  @BatchNorm(eps = 0.001, weights = "features.0.1")
  Layer bn;

  @Activation(HARD_SWISH)
  Layer hardSwish;

  @Block(weights = "features.1.block")
  Unexpanded features1;

  @Block(weights = "features.2.block")
  ReluHalving features2;

  @Block(weights = "features.3.block")
  ReluResidual features3;

  @Block(weights = "features.4.block")
  Halving features4;

  @Block(weights = "features.5")
  Residual features5;

  @Block(weights = "features.6")
  Residual features6;

  @Block(weights = "features.7.block")
  Bottleneck features7;

  @Block(weights = "features.8")
  Residual features8;

  @Block(weights = "features.9.block")
  Halving features9;

  @Block(weights = "features.10")
  Residual features10;

  @Block(weights = "features.11")
  Residual features11;

  @Conv(weights = "features.12.0")
  Layer lastConv;

  @BatchNorm(eps = 0.001, weights = "features.12.1")
  Layer lastBn;

  @Activation(HARD_SWISH)
  Layer lastHardSwish;

  @GlobalAvgPool Layer avgpool;
  @Flatten Layer flatten;

  @Linear(weights = "classifier.0")
  Layer hidden;

  @Activation(HARD_SWISH)
  Layer hiddenHardSwish;

  @Dropout Layer dropout;

  @Linear(weights = "classifier.3")
  Layer classifier;

  /** Multiplies each channel by what a small network makes of the means of all. */
  @Block
  static final class SqueezeExcitation {
    @GlobalAvgPool Layer avgpool;
    @Conv Layer fc1;

    @Activation(RELU)
    Layer relu;

    @Conv Layer fc2;

    @Activation(HARD_SIGMOID)
    Layer scale;

    @Multiply({"scale", "input"})
    Layer scaled;
  }

  /** The first block: without expansion, with rectifiers. */
  @Block
  static final class Unexpanded {
    @Conv(stride = 2, padding = 1, weights = "0.0")
    Layer depthwise;

    @BatchNorm(eps = 0.001, weights = "0.1")
    Layer depthwiseBn;

    @Activation(RELU)
    Layer depthwiseRelu;

    @Block(weights = "1")
    SqueezeExcitation squeezeExcitation;

    @Conv(weights = "2.0")
    Layer project;

    @BatchNorm(eps = 0.001, weights = "2.1")
    Layer projectBn;
  }

  /** The second block: without squeeze and excitation, with rectifiers, at stride 2. */
  @Block
  static final class ReluHalving {
    @Conv(weights = "0.0")
    Layer expand;

    @BatchNorm(eps = 0.001, weights = "0.1")
    Layer expandBn;

    @Activation(RELU)
    Layer expandRelu;

    @Conv(stride = 2, padding = 1, weights = "1.0")
    Layer depthwise;

    @BatchNorm(eps = 0.001, weights = "1.1")
    Layer depthwiseBn;

    @Activation(RELU)
    Layer depthwiseRelu;

    @Conv(weights = "2.0")
    Layer project;

    @BatchNorm(eps = 0.001, weights = "2.1")
    Layer projectBn;
  }

  /** The third block: as the second, at stride 1, added to what it reads. */
  @Block
  static final class ReluResidual {
    @Conv(weights = "0.0")
    Layer expand;

    @BatchNorm(eps = 0.001, weights = "0.1")
    Layer expandBn;

    @Activation(RELU)
    Layer expandRelu;

    @Conv(padding = 1, weights = "1.0")
    Layer depthwise;

    @BatchNorm(eps = 0.001, weights = "1.1")
    Layer depthwiseBn;

    @Activation(RELU)
    Layer depthwiseRelu;

    @Conv(weights = "2.0")
    Layer project;

    @BatchNorm(eps = 0.001, weights = "2.1")
    Layer projectBn;

    @Add({"projectBn", "input"})
    Layer sum;
  }

  /**
   * All others: more channels, a 5×5 convolution of each, squeeze and excitation, fewer channels.
   */
  @Block
  static final class Bottleneck {
    @Conv(weights = "0.0")
    Layer expand;

    @BatchNorm(eps = 0.001, weights = "0.1")
    Layer expandBn;

    @Activation(HARD_SWISH)
    Layer expandHardSwish;

    @Conv(padding = 2, weights = "1.0")
    Layer depthwise;

    @BatchNorm(eps = 0.001, weights = "1.1")
    Layer depthwiseBn;

    @Activation(HARD_SWISH)
    Layer depthwiseHardSwish;

    @Block(weights = "2")
    SqueezeExcitation squeezeExcitation;

    @Conv(weights = "3.0")
    Layer project;

    @BatchNorm(eps = 0.001, weights = "3.1")
    Layer projectBn;
  }

  /** The same for half the height and width. */
  @Block
  static final class Halving {
    @Conv(weights = "0.0")
    Layer expand;

    @BatchNorm(eps = 0.001, weights = "0.1")
    Layer expandBn;

    @Activation(HARD_SWISH)
    Layer expandHardSwish;

    @Conv(stride = 2, padding = 2, weights = "1.0")
    Layer depthwise;

    @BatchNorm(eps = 0.001, weights = "1.1")
    Layer depthwiseBn;

    @Activation(HARD_SWISH)
    Layer depthwiseHardSwish;

    @Block(weights = "2")
    SqueezeExcitation squeezeExcitation;

    @Conv(weights = "3.0")
    Layer project;

    @BatchNorm(eps = 0.001, weights = "3.1")
    Layer projectBn;
  }

  /** A bottleneck added to what it reads. */
  @Block
  static final class Residual {
    @Block Bottleneck block;

    @Add({"block", "input"})
    Layer sum;
  }
}
