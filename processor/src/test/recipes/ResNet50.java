package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
import dev.sinter.Add;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.Conv;
import dev.sinter.Flatten;
import dev.sinter.GlobalAvgPool;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.MaxPool;
import dev.sinter.Network;

/**
 * ResNet-50: K. He et al., <i>Deep Residual Learning for Image Recognition</i>, arXiv 1512.03385,
 * with the stride at the 3×3 convolution ("v1.5"), as torchvision has it.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes.
 *
 * <p>The tensors are named as in the state_dict of torchvision's {@code resnet50}. ResNeXt-50 and
 * Wide ResNet-50 differ only in their weights: those files fit as well.
 */
@Network(
    input = {3, 224, 224},
    weights = "resnet50.safetensors")
public final class ResNet50 {
  @Conv(stride = 2, padding = 3)
  Layer conv1;

  @BatchNorm Layer bn1;

  @Activation(RELU)
  Layer relu;

  @MaxPool(kernel = 3, stride = 2, padding = 1)
  Layer maxpool;

  @Block Stage1 layer1;
  @Block Stage2 layer2;
  @Block Stage3 layer3;
  @Block Stage4 layer4;
  @GlobalAvgPool Layer avgpool;
  @Flatten Layer flatten;
  @Linear Layer fc;

  @Block
  static final class Stage1 {
    @Block(weights = "0")
    Widening block0;

    @Block(weights = "1")
    Bottleneck block1;

    @Block(weights = "2")
    Bottleneck block2;
  }

  @Block
  static final class Stage2 {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    Bottleneck block1;

    @Block(weights = "2")
    Bottleneck block2;

    @Block(weights = "3")
    Bottleneck block3;
  }

  @Block
  static final class Stage3 {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    Bottleneck block1;

    @Block(weights = "2")
    Bottleneck block2;

    @Block(weights = "3")
    Bottleneck block3;

    @Block(weights = "4")
    Bottleneck block4;

    @Block(weights = "5")
    Bottleneck block5;
  }

  @Block
  static final class Stage4 {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    Bottleneck block1;

    @Block(weights = "2")
    Bottleneck block2;
  }

  /** Fewer channels, a 3×3 convolution, all channels again; added to what it reads. */
  @Block
  static final class Bottleneck {
    @Conv Layer conv1;
    @BatchNorm Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(padding = 1)
    Layer conv2;

    @BatchNorm Layer bn2;

    @Activation(RELU)
    Layer relu2;

    @Conv Layer conv3;
    @BatchNorm Layer bn3;

    @Add({"bn3", "input"})
    Layer sum;

    @Activation(RELU)
    Layer relu3;
  }

  /** A bottleneck that gives more channels than it reads. */
  @Block
  static final class Widening {
    @Conv Layer conv1;
    @BatchNorm Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(padding = 1)
    Layer conv2;

    @BatchNorm Layer bn2;

    @Activation(RELU)
    Layer relu2;

    @Conv Layer conv3;
    @BatchNorm Layer bn3;

    @Conv(weights = "downsample.0", from = "input")
    Layer shortcut;

    @BatchNorm(weights = "downsample.1")
    Layer shortcutBn;

    @Add({"bn3", "shortcutBn"})
    Layer sum;

    @Activation(RELU)
    Layer relu3;
  }

  /** A bottleneck that gives more channels, at half the height and width. */
  @Block
  static final class Halving {
    @Conv Layer conv1;
    @BatchNorm Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(stride = 2, padding = 1)
    Layer conv2;

    @BatchNorm Layer bn2;

    @Activation(RELU)
    Layer relu2;

    @Conv Layer conv3;
    @BatchNorm Layer bn3;

    @Conv(stride = 2, weights = "downsample.0", from = "input")
    Layer shortcut;

    @BatchNorm(weights = "downsample.1")
    Layer shortcutBn;

    @Add({"bn3", "shortcutBn"})
    Layer sum;

    @Activation(RELU)
    Layer relu3;
  }
}
