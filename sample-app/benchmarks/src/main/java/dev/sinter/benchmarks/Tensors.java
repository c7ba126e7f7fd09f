package dev.sinter.benchmarks;

import dev.sinter.processor.recipes.SeededWeights.Spec;
import java.util.ArrayList;
import java.util.List;

/** Collects the tensors of a network, layer by layer, as a state_dict names them. */
final class Tensors {
  private final List<Spec> specs = new ArrayList<>();

  /** A convolution without bias, and the normalization of its result. */
  Tensors conv(String conv, String norm, int... shape) {
    specs.add(new Spec(conv + ".weight", 0, shape));
    for (String tensor : List.of("weight", "bias", "running_mean", "running_var")) {
      specs.add(new Spec(norm + "." + tensor, 0, shape[0]));
    }
    return this;
  }

  /** A convolution with a bias. */
  Tensors conv(String layer, int... shape) {
    specs.add(new Spec(layer + ".weight", 0, shape));
    specs.add(new Spec(layer + ".bias", 0, shape[0]));
    return this;
  }

  Tensors linear(String layer, int outputs, int inputs) {
    return conv(layer, outputs, inputs);
  }

  List<Spec> list() {
    return List.copyOf(specs);
  }
}
