package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
import dev.sinter.BatchNorm;
import dev.sinter.Conv;
import dev.sinter.Flatten;
import dev.sinter.GlobalAvgPool;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.MaxPool;
import dev.sinter.Network;
import dev.sinter.Softmax;

/**
 * M5, which recognizes sounds from the raw waveform: W. Dai et al., <i>Very Deep Convolutional
 * Neural Networks for Raw Waveforms</i>, arXiv 1610.00087.
 *
 * <p>Input: one second at 8 kHz, [1, 8000]. Output: the probabilities of the classes, [35] for the
 * Speech Commands.
 *
 * <p>The tensors are named as in the state_dict of {@code M5} in PyTorch's tutorial on classifying
 * speech commands with torchaudio, which has strides of 16 in the first convolution and gives the
 * logarithms of these probabilities.
 */
@Network(
    input = {1, 8000},
    weights = "m5.safetensors")
public final class AudioM5 {
  @Conv(stride = 16)
  Layer conv1;

  @BatchNorm Layer bn1;

  @Activation(RELU)
  Layer relu1;

  @MaxPool(kernel = 4)
  Layer pool1;

  @Conv Layer conv2;
  @BatchNorm Layer bn2;

  @Activation(RELU)
  Layer relu2;

  @MaxPool(kernel = 4)
  Layer pool2;

  @Conv Layer conv3;
  @BatchNorm Layer bn3;

  @Activation(RELU)
  Layer relu3;

  @MaxPool(kernel = 4)
  Layer pool3;

  @Conv Layer conv4;
  @BatchNorm Layer bn4;

  @Activation(RELU)
  Layer relu4;

  @MaxPool(kernel = 4)
  Layer pool4;

  @GlobalAvgPool Layer mean;
  @Flatten Layer flatten;
  @Linear Layer fc1;
  @Softmax Layer probabilities;
}
