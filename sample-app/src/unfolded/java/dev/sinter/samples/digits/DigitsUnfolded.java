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
 * {@link Digits} again, compiled with {@code -Asinter.fold=none}: what {@code --bench} and the
 * tests compare it with.
 */
@Network(
    input = {1, 28, 28},
    pixels = @Pixels,
    weights = "digits.safetensors")
final class DigitsUnfolded {
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
