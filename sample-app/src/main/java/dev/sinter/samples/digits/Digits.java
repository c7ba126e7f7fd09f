package dev.sinter.samples.digits;

import static dev.sinter.Activation.Function.RELU;
import static dev.sinter.Activation.Function.RELU6;

import dev.sinter.Activation;
import dev.sinter.Add;
import dev.sinter.BatchNorm;
import dev.sinter.Conv;
import dev.sinter.Dropout;
import dev.sinter.Flatten;
import dev.sinter.GlobalAvgPool;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.Network;
import dev.sinter.Output;
import dev.sinter.Pixels;
import dev.sinter.Softmax;

/**
 * The network that {@code training/train.py} trains, layer by layer under the same names. A picture
 * of 28 x 28 bytes, light on dark, gives the probabilities of the ten digits; that training divided
 * the bytes by 255 is folded into the first layer.
 */
@Network(
    input = {1, 28, 28},
    pixels = @Pixels,
    weights = "digits.safetensors")
final class Digits {
  @Conv(padding = 1)
  Layer conv1;

  @BatchNorm Layer bn1;

  @Activation(RELU)
  Layer relu1;

  @Conv(stride = 2, padding = 1)
  Layer conv2;

  @BatchNorm Layer bn2;

  @Activation(RELU)
  Layer relu2;

  @Conv(padding = 1)
  Layer conv3;

  @BatchNorm Layer bn3;

  @Activation(RELU6)
  Layer relu3;

  @Conv Layer conv4;

  @BatchNorm Layer bn4;

  @Add({"bn4", "relu2"})
  Layer sum;

  @Activation(RELU)
  Layer relu4;

  @Conv(stride = 2, padding = 1)
  Layer conv5;

  @BatchNorm Layer bn5;

  @Activation(RELU)
  Layer relu5;

  @Conv(padding = 1)
  Layer conv6;

  @BatchNorm Layer bn6;

  @Activation(RELU)
  Layer relu6;

  @GlobalAvgPool Layer pool;

  @Flatten Layer flatten;

  @Dropout Layer dropout;

  @Linear @Output Layer fc;

  @Softmax Layer probabilities;
}
