package dev.sinter.recipes;

import static dev.sinter.Activation.Function.SILU;

import dev.sinter.Activation;
import dev.sinter.Add;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.Concat;
import dev.sinter.Conv;
import dev.sinter.Layer;
import dev.sinter.MaxPool;
import dev.sinter.Network;
import dev.sinter.Output;
import dev.sinter.Upsample;

/**
 * A detector as YOLOv5n, version 6: backbone of cross-stage partial blocks (C.-Y. Wang et al.,
 * <i>CSPNet</i>, arXiv 1911.11929), spatial pyramid pooling, and a path aggregation network (S. Liu
 * et al., arXiv 1803.01534).
 *
 * <p>Input: an RGB image in [0, 1], [3, 320, 320]; any multiple of 32 does. Outputs: what the three
 * scales say before sigmoid and decoding, three boxes a cell, each 4 + 1 + classes channels: [255,
 * 40, 40], [255, 20, 20] and [255, 10, 10] for COCO's classes.
 *
 * <p>The tensors are named as in the state_dict of Ultralytics' {@code yolov5n}, whose batch
 * normalizations have ε = 0.001. YOLOv5s differs only in its weights: that file fits as well.
 * {@code model.24.anchors}, which only decoding needs, is not read; leave it out of the file.
 */
@Network(
    input = {3, 320, 320},
    weights = "yolov5n.safetensors")
public final class YoloV5n {
  // Backbone: to 1/2, 1/4 … 1/32 of the image's height and width.
  @Block(weights = "model.0")
  Stem stem;

  @Block(weights = "model.1")
  Halving half2;

  @Block(weights = "model.2")
  OneResidual stage2;

  @Block(weights = "model.3")
  Halving half3;

  @Block(weights = "model.4")
  TwoResiduals stage3;

  @Block(weights = "model.5")
  Halving half4;

  @Block(weights = "model.6")
  ThreeResiduals stage4;

  @Block(weights = "model.7")
  Halving half5;

  @Block(weights = "model.8")
  OneResidual stage5;

  @Block(weights = "model.9")
  PyramidPooling pooled;

  // Neck: what the coarse scales know goes to the fine ones, and back.
  @Block(weights = "model.10")
  Pointwise lateral5;

  @Upsample(scale = 2)
  Layer enlarged5;

  @Concat({"enlarged5", "stage4"})
  Layer concat4;

  @Block(weights = "model.13")
  Plain merged4;

  @Block(weights = "model.14")
  Pointwise lateral4;

  @Upsample(scale = 2)
  Layer enlarged4;

  @Concat({"enlarged4", "stage3"})
  Layer concat3;

  @Block(weights = "model.17")
  Plain scale3;

  @Block(weights = "model.18")
  Halving halved3;

  @Concat({"halved3", "lateral4"})
  Layer join4;

  @Block(weights = "model.20")
  Plain scale4;

  @Block(weights = "model.21")
  Halving halved4;

  @Concat({"halved4", "lateral5"})
  Layer join5;

  @Block(weights = "model.23")
  Plain scale5;

  // Head.
  @Conv(weights = "model.24.m.0", from = "scale3")
  @Output
  Layer detect3;

  @Conv(weights = "model.24.m.1", from = "scale4")
  @Output
  Layer detect4;

  @Conv(weights = "model.24.m.2", from = "scale5")
  Layer detect5;

  /** A 6×6 convolution at stride 2. */
  @Block
  static final class Stem {
    @Conv(stride = 2, padding = 2)
    Layer conv;

    @BatchNorm(eps = 0.001)
    Layer bn;

    @Activation(SILU)
    Layer act;
  }

  /** A 3×3 convolution at stride 2. */
  @Block
  static final class Halving {
    @Conv(stride = 2, padding = 1)
    Layer conv;

    @BatchNorm(eps = 0.001)
    Layer bn;

    @Activation(SILU)
    Layer act;
  }

  /** A 3×3 convolution. */
  @Block
  static final class Conv3 {
    @Conv(padding = 1)
    Layer conv;

    @BatchNorm(eps = 0.001)
    Layer bn;

    @Activation(SILU)
    Layer act;
  }

  /** A 1×1 convolution. */
  @Block
  static final class Pointwise {
    @Conv Layer conv;

    @BatchNorm(eps = 0.001)
    Layer bn;

    @Activation(SILU)
    Layer act;
  }

  /** Two convolutions, added to what they read. */
  @Block
  static final class Residual {
    @Block Pointwise cv1;
    @Block Conv3 cv2;

    @Add({"cv2", "input"})
    Layer sum;
  }

  /** A cross-stage partial block: half of the channels pass the residual. */
  @Block
  static final class OneResidual {
    @Block Pointwise cv1;

    @Block(weights = "m.0")
    Residual m0;

    @Block(from = "input")
    Pointwise cv2;

    @Concat({"m0", "cv2"})
    Layer concat;

    @Block Pointwise cv3;
  }

  @Block
  static final class TwoResiduals {
    @Block Pointwise cv1;

    @Block(weights = "m.0")
    Residual m0;

    @Block(weights = "m.1")
    Residual m1;

    @Block(from = "input")
    Pointwise cv2;

    @Concat({"m1", "cv2"})
    Layer concat;

    @Block Pointwise cv3;
  }

  @Block
  static final class ThreeResiduals {
    @Block Pointwise cv1;

    @Block(weights = "m.0")
    Residual m0;

    @Block(weights = "m.1")
    Residual m1;

    @Block(weights = "m.2")
    Residual m2;

    @Block(from = "input")
    Pointwise cv2;

    @Concat({"m2", "cv2"})
    Layer concat;

    @Block Pointwise cv3;
  }

  /** A cross-stage partial block of the neck: its two convolutions are not added to anything. */
  @Block
  static final class Plain {
    @Block Pointwise cv1;

    @Block(weights = "m.0.cv1")
    Pointwise first;

    @Block(weights = "m.0.cv2")
    Conv3 second;

    @Block(from = "input")
    Pointwise cv2;

    @Concat({"second", "cv2"})
    Layer concat;

    @Block Pointwise cv3;
  }

  /** The maxima of windows of 5, 9 and 13, beside what they were taken of. */
  @Block
  static final class PyramidPooling {
    @Block Pointwise cv1;

    @MaxPool(kernel = 5, stride = 1, padding = 2)
    Layer of5;

    @MaxPool(kernel = 5, stride = 1, padding = 2)
    Layer of9;

    @MaxPool(kernel = 5, stride = 1, padding = 2)
    Layer of13;

    @Concat({"cv1", "of5", "of9", "of13"})
    Layer concat;

    @Block Pointwise cv2;
  }
}
