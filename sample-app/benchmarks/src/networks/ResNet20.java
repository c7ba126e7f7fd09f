package dev.sinter.benchmarks.networks;

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
import dev.sinter.Network;

/**
 * ResNet-20 for CIFAR: K. He et al., <i>Deep Residual Learning for Image Recognition</i>, arXiv
 * 1512.03385, section 4.2, with the shortcuts of option B, 1×1 convolutions.
 *
 * <p>Input: an RGB image, [3, 32, 32]. Output: the logits of ten classes.
 */
@Network(
    input = {3, 32, 32},
    weights = "ResNet20.safetensors")
public final class ResNet20 {
  @Conv(padding = 1)
  Layer conv1;

  @BatchNorm Layer bn1;

  @Activation(RELU)
  Layer relu;

  @Block FirstStage layer1;
  @Block Stage layer2;
  @Block Stage layer3;
  @GlobalAvgPool Layer avgpool;
  @Flatten Layer flatten;
  @Linear Layer fc;

  @Block
  static final class FirstStage {
    @Block(weights = "0")
    Basic block0;

    @Block(weights = "1")
    Basic block1;

    @Block(weights = "2")
    Basic block2;
  }

  @Block
  static final class Stage {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    Basic block1;

    @Block(weights = "2")
    Basic block2;
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

  /** The same for half the height and width. */
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
