package dev.sinter.benchmarks.networks;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
import dev.sinter.BatchNorm;
import dev.sinter.Conv;
import dev.sinter.Flatten;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.MaxPool;
import dev.sinter.Network;

/**
 * A classifier of digits with three convolutions and 3.3 k parameters: what a call costs beside the
 * arithmetic shows here.
 */
@Network(
    input = {1, 28, 28},
    weights = "Tiny.safetensors")
public final class Tiny {
  @Conv(padding = 1)
  Layer conv1;

  @BatchNorm Layer bn1;

  @Activation(RELU)
  Layer relu1;

  @MaxPool(kernel = 2)
  Layer pool1;

  @Conv(padding = 1)
  Layer conv2;

  @BatchNorm Layer bn2;

  @Activation(RELU)
  Layer relu2;

  @MaxPool(kernel = 2)
  Layer pool2;

  @Conv(padding = 1)
  Layer conv3;

  @BatchNorm Layer bn3;

  @Activation(RELU)
  Layer relu3;

  @MaxPool(kernel = 2)
  Layer pool3;

  @Flatten Layer flatten;
  @Linear Layer fc;
}
