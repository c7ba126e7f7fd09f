package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
import dev.sinter.AvgPool;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.Concat;
import dev.sinter.Conv;
import dev.sinter.Flatten;
import dev.sinter.GlobalAvgPool;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.MaxPool;
import dev.sinter.Network;

/**
 * DenseNet-121: G. Huang et al., <i>Densely Connected Convolutional Networks</i>, arXiv 1608.06993.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes.
 *
 * <p>The tensors are named as in the state_dict of torchvision's {@code densenet121}. The files
 * that torchvision downloads are older and have a dot more: {@code norm.1} for {@code norm1}.
 */
@Network(
    input = {3, 224, 224},
    weights = "densenet121.safetensors")
public final class DenseNet121 {
  @Block Features features;

  @Activation(RELU)
  Layer relu;

  @GlobalAvgPool Layer pool;
  @Flatten Layer flatten;
  @Linear Layer classifier;

  @Block
  static final class Features {
    @Conv(stride = 2, padding = 3)
    Layer conv0;

    @BatchNorm Layer norm0;

    @Activation(RELU)
    Layer relu0;

    @MaxPool(kernel = 3, stride = 2, padding = 1)
    Layer pool0;

    @Block DenseBlock1 denseblock1;
    @Block Transition transition1;
    @Block DenseBlock2 denseblock2;
    @Block Transition transition2;
    @Block DenseBlock3 denseblock3;
    @Block Transition transition3;
    @Block DenseBlock4 denseblock4;
    @BatchNorm Layer norm5;
  }

  @Block
  static final class DenseBlock1 {
    @Block DenseLayer denselayer1;
    @Block DenseLayer denselayer2;
    @Block DenseLayer denselayer3;
    @Block DenseLayer denselayer4;
    @Block DenseLayer denselayer5;
    @Block DenseLayer denselayer6;
  }

  @Block
  static final class DenseBlock2 {
    @Block DenseLayer denselayer1;
    @Block DenseLayer denselayer2;
    @Block DenseLayer denselayer3;
    @Block DenseLayer denselayer4;
    @Block DenseLayer denselayer5;
    @Block DenseLayer denselayer6;
    @Block DenseLayer denselayer7;
    @Block DenseLayer denselayer8;
    @Block DenseLayer denselayer9;
    @Block DenseLayer denselayer10;
    @Block DenseLayer denselayer11;
    @Block DenseLayer denselayer12;
  }

  @Block
  static final class DenseBlock3 {
    @Block DenseLayer denselayer1;
    @Block DenseLayer denselayer2;
    @Block DenseLayer denselayer3;
    @Block DenseLayer denselayer4;
    @Block DenseLayer denselayer5;
    @Block DenseLayer denselayer6;
    @Block DenseLayer denselayer7;
    @Block DenseLayer denselayer8;
    @Block DenseLayer denselayer9;
    @Block DenseLayer denselayer10;
    @Block DenseLayer denselayer11;
    @Block DenseLayer denselayer12;
    @Block DenseLayer denselayer13;
    @Block DenseLayer denselayer14;
    @Block DenseLayer denselayer15;
    @Block DenseLayer denselayer16;
    @Block DenseLayer denselayer17;
    @Block DenseLayer denselayer18;
    @Block DenseLayer denselayer19;
    @Block DenseLayer denselayer20;
    @Block DenseLayer denselayer21;
    @Block DenseLayer denselayer22;
    @Block DenseLayer denselayer23;
    @Block DenseLayer denselayer24;
  }

  @Block
  static final class DenseBlock4 {
    @Block DenseLayer denselayer1;
    @Block DenseLayer denselayer2;
    @Block DenseLayer denselayer3;
    @Block DenseLayer denselayer4;
    @Block DenseLayer denselayer5;
    @Block DenseLayer denselayer6;
    @Block DenseLayer denselayer7;
    @Block DenseLayer denselayer8;
    @Block DenseLayer denselayer9;
    @Block DenseLayer denselayer10;
    @Block DenseLayer denselayer11;
    @Block DenseLayer denselayer12;
    @Block DenseLayer denselayer13;
    @Block DenseLayer denselayer14;
    @Block DenseLayer denselayer15;
    @Block DenseLayer denselayer16;
  }

  /** Adds a few channels to those it reads. */
  @Block
  static final class DenseLayer {
    @BatchNorm Layer norm1;

    @Activation(RELU)
    Layer relu1;

    @Conv Layer conv1;
    @BatchNorm Layer norm2;

    @Activation(RELU)
    Layer relu2;

    @Conv(padding = 1)
    Layer conv2;

    @Concat({"input", "conv2"})
    Layer features;
  }

  /** Half the channels, at half the height and width. */
  @Block
  static final class Transition {
    @BatchNorm Layer norm;

    @Activation(RELU)
    Layer relu;

    @Conv Layer conv;

    @AvgPool(kernel = 2)
    Layer pool;
  }
}
