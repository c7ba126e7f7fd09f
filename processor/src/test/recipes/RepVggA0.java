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
import dev.sinter.Network;

/**
 * RepVGG-A0 in its training form, with three branches a block: X. Ding et al., <i>RepVGG: Making
 * VGG-style ConvNets Great Again</i>, arXiv 2101.03697.
 *
 * <p>Input: an RGB image, [3, 224, 224], less ImageNet's mean, by its standard deviation. Output:
 * the logits of the classes.
 *
 * <p>The tensors are named as in the state_dict of {@code create_RepVGG_A0} in the repository
 * RepVGG, before its {@code switch_to_deploy}. A1 and A2 differ only in their weights: those files
 * fit as well.
 */
@Network(
    input = {3, 224, 224},
    weights = "repvgg_a0.safetensors")
public final class RepVggA0 {
  @Block Halving stage0;
  @Block Stage1 stage1;
  @Block Stage2 stage2;
  @Block Stage3 stage3;

  @Block(weights = "stage4.0")
  Halving stage4;

  @GlobalAvgPool Layer gap;
  @Flatten Layer flatten;
  @Linear Layer linear;

  @Block
  static final class Stage1 {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    ThreeBranches block1;
  }

  @Block
  static final class Stage2 {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    ThreeBranches block1;

    @Block(weights = "2")
    ThreeBranches block2;

    @Block(weights = "3")
    ThreeBranches block3;
  }

  @Block
  static final class Stage3 {
    @Block(weights = "0")
    Halving block0;

    @Block(weights = "1")
    ThreeBranches block1;

    @Block(weights = "2")
    ThreeBranches block2;

    @Block(weights = "3")
    ThreeBranches block3;

    @Block(weights = "4")
    ThreeBranches block4;

    @Block(weights = "5")
    ThreeBranches block5;

    @Block(weights = "6")
    ThreeBranches block6;

    @Block(weights = "7")
    ThreeBranches block7;

    @Block(weights = "8")
    ThreeBranches block8;

    @Block(weights = "9")
    ThreeBranches block9;

    @Block(weights = "10")
    ThreeBranches block10;

    @Block(weights = "11")
    ThreeBranches block11;

    @Block(weights = "12")
    ThreeBranches block12;

    @Block(weights = "13")
    ThreeBranches block13;
  }

  /** A 3×3 convolution, a 1×1 convolution and what they read, each normalized, added up. */
  @Block
  static final class ThreeBranches {
    @Conv(padding = 1, weights = "rbr_dense.conv")
    Layer dense;

    @BatchNorm(weights = "rbr_dense.bn")
    Layer denseBn;

    @Conv(weights = "rbr_1x1.conv", from = "input")
    Layer pointwise;

    @BatchNorm(weights = "rbr_1x1.bn")
    Layer pointwiseBn;

    @BatchNorm(weights = "rbr_identity", from = "input")
    Layer identityBn;

    @Add({"denseBn", "pointwiseBn", "identityBn"})
    Layer sum;

    @Activation(RELU)
    Layer nonlinearity;
  }

  /** For half the height and width, only the convolutions. */
  @Block
  static final class Halving {
    @Conv(stride = 2, padding = 1, weights = "rbr_dense.conv")
    Layer dense;

    @BatchNorm(weights = "rbr_dense.bn")
    Layer denseBn;

    @Conv(stride = 2, weights = "rbr_1x1.conv", from = "input")
    Layer pointwise;

    @BatchNorm(weights = "rbr_1x1.bn")
    Layer pointwiseBn;

    @Add({"denseBn", "pointwiseBn"})
    Layer sum;

    @Activation(RELU)
    Layer nonlinearity;
  }
}
