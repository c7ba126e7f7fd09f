package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.Concat;
import dev.sinter.Conv;
import dev.sinter.ConvTranspose;
import dev.sinter.Layer;
import dev.sinter.MaxPool;
import dev.sinter.Network;

/**
 * U-Net with batch normalization: O. Ronneberger et al., <i>U-Net: Convolutional Networks for
 * Biomedical Image Segmentation</i>, arXiv 1505.04597.
 *
 * <p>Input: an RGB image in [0, 1], [3, 128, 128]; any multiple of 16 does. Output: the logits of
 * the classes at each pixel, [classes, 128, 128]. The width is in the weights alone; the tests take
 * a quarter of the original's.
 *
 * <p>The tensors are named as in the state_dict of {@code UNet(bilinear=False)} in the repository
 * Pytorch-UNet; leave its {@code mask_values} out of the file.
 */
@Network(
    input = {3, 128, 128},
    weights = "unet.safetensors")
public final class UNet {
  @Block(weights = "inc.double_conv")
  DoubleConv inc;

  @Block Down down1;
  @Block Down down2;
  @Block Down down3;
  @Block Down down4;

  @ConvTranspose(stride = 2, weights = "up1.up")
  Layer enlarged1;

  @Concat({"down3", "enlarged1"})
  Layer concat1;

  @Block(weights = "up1.conv.double_conv")
  DoubleConv up1;

  @ConvTranspose(stride = 2, weights = "up2.up")
  Layer enlarged2;

  @Concat({"down2", "enlarged2"})
  Layer concat2;

  @Block(weights = "up2.conv.double_conv")
  DoubleConv up2;

  @ConvTranspose(stride = 2, weights = "up3.up")
  Layer enlarged3;

  @Concat({"down1", "enlarged3"})
  Layer concat3;

  @Block(weights = "up3.conv.double_conv")
  DoubleConv up3;

  @ConvTranspose(stride = 2, weights = "up4.up")
  Layer enlarged4;

  @Concat({"inc", "enlarged4"})
  Layer concat4;

  @Block(weights = "up4.conv.double_conv")
  DoubleConv up4;

  @Conv(weights = "outc.conv")
  Layer outc;

  @Block
  static final class DoubleConv {
    @Conv(padding = 1, weights = "0")
    Layer conv1;

    @BatchNorm(weights = "1")
    Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Conv(padding = 1, weights = "3")
    Layer conv2;

    @BatchNorm(weights = "4")
    Layer bn2;

    @Activation(RELU)
    Layer relu2;
  }

  /** The same at half the height and width. */
  @Block
  static final class Down {
    @MaxPool(kernel = 2)
    Layer maxpool;

    @Block(weights = "maxpool_conv.1.double_conv")
    DoubleConv doubleConv;
  }
}
