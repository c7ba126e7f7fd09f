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
 * ResNet-18: K. He et al., <i>Deep Residual Learning for Image Recognition</i>, arXiv 1512.03385.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes.
 *
 * <p>The tensors are named as in the state_dict of torchvision's {@code resnet18}. ResNet-34 has
 * the same blocks, 3, 4, 6 and 3 of them.
 */
@Network(
    input = {3, 224, 224},
    weights = "resnet18.safetensors")
public final class ResNet18 {
  @Conv(stride = 2, padding = 3)
  Layer conv1;

  @BatchNorm Layer bn1;

  @Activation(RELU)
  Layer relu;

  @MaxPool(kernel = 3, stride = 2, padding = 1)
  Layer maxpool;

  @Block FirstStage layer1;
  @Block Stage layer2;
  @Block Stage layer3;
  @Block Stage layer4;
  @GlobalAvgPool Layer avgpool;
  @Flatten Layer flatten;
  @Linear Layer fc;

  @Block
  static final class FirstStage {
    @Block(weights = "0")
    Basic block0;

    @Block(weights = "1")
    Basic block1;
  }

  @Block
  static final class Stage {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    Basic block1;
  }

  /** Two convolutions, added to what they read. */
  @Block
  static final class Basic {
    @Conv(padding = 1)
    Layer conv1;

    @BatchNorm Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(padding = 1)
    Layer conv2;

    @BatchNorm Layer bn2;

    @Add({"bn2", "input"})
    Layer sum;

    @Activation(RELU)
    Layer relu2;
  }

  /** The same for half the height and width: now what they read needs a convolution too. */
  @Block
  static final class Halving {
    @Conv(stride = 2, padding = 1)
    Layer conv1;

    @BatchNorm Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(padding = 1)
    Layer conv2;

    @BatchNorm Layer bn2;

    @Conv(stride = 2, weights = "downsample.0", from = "input")
    Layer shortcut;

    @BatchNorm(weights = "downsample.1")
    Layer shortcutBn;

    @Add({"bn2", "shortcutBn"})
    Layer sum;

    @Activation(RELU)
    Layer relu2;
  }
}
