package dev.sinter.recipes;

import static dev.sinter.Activation.Function.RELU;

import dev.sinter.Activation;
import dev.sinter.BatchNorm;
import dev.sinter.Block;
import dev.sinter.Layer;
import dev.sinter.Linear;
import dev.sinter.Network;
import dev.sinter.Output;

/**
 * An autoencoder that hears when a machine sounds unusual: the baseline of task 2 of the DCASE
 * challenges, Y. Koizumi et al., arXiv 2006.05822.
 *
 * <p>Input: 128 log-mel energies of each of five frames, [640]. Outputs: the code, [8], and the
 * input as it can be told from it, [640]: the larger the difference, the less usual the sound.
 *
 * <p>The tensors are named as in the state_dict of {@code AENet} in the repository
 * dcase2023_task2_baseline_ae, whose batch normalizations have ε = 0.001.
 */
@Network(input = 640, weights = "autoencoder.safetensors")
public final class Autoencoder {
  @Block @Output Encoder encoder;
  @Block Decoder decoder;

  @Block
  static final class Encoder {
    @Linear(weights = "0")
    Layer fc1;

    @BatchNorm(eps = 0.001, weights = "1")
    Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Linear(weights = "3")
    Layer fc2;

    @BatchNorm(eps = 0.001, weights = "4")
    Layer bn2;

    @Activation(RELU)
    Layer relu2;

    @Linear(weights = "6")
    Layer fc3;

    @BatchNorm(eps = 0.001, weights = "7")
    Layer bn3;

    @Activation(RELU)
    Layer relu3;

    @Linear(weights = "9")
    Layer fc4;

    @BatchNorm(eps = 0.001, weights = "10")
    Layer bn4;

    @Activation(RELU)
    Layer relu4;

    @Linear(weights = "12")
    Layer fc5;

    @BatchNorm(eps = 0.001, weights = "13")
    Layer bn5;

    @Activation(RELU)
    Layer relu5;
  }

  @Block
  static final class Decoder {
    @Linear(weights = "0")
    Layer fc1;

    @BatchNorm(eps = 0.001, weights = "1")
    Layer bn1;

    @Activation(RELU)
    Layer relu1;

    @Linear(weights = "3")
    Layer fc2;

    @BatchNorm(eps = 0.001, weights = "4")
    Layer bn2;

    @Activation(RELU)
    Layer relu2;

    @Linear(weights = "6")
    Layer fc3;

    @BatchNorm(eps = 0.001, weights = "7")
    Layer bn3;

    @Activation(RELU)
    Layer relu3;

    @Linear(weights = "9")
    Layer fc4;

    @BatchNorm(eps = 0.001, weights = "10")
    Layer bn4;

    @Activation(RELU)
    Layer relu4;

    @Linear(weights = "12")
    Layer fc5;
  }
}
