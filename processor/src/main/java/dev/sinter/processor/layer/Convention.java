package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Tensor;
import java.util.List;

/**
 * How a framework writes weights: what it calls each tensor of a layer, how it lays it out, and the
 * ε of a batch normalization. Layers ask for tensors as PyTorch has them, by PyTorch's names, and
 * know nothing of conventions.
 */
sealed interface Convention
    permits PyTorchConvention,
        KerasConvention,
        CaffeConvention,
        MxnetConvention,
        DarknetConvention {

  /** All of them, in the order of the constants of {@code Network.Convention}. */
  static List<Convention> all() {
    return List.of(
        new PyTorchConvention(),
        new KerasConvention(),
        new CaffeConvention(),
        new MxnetConvention(),
        new DarknetConvention());
  }

  /** The convention of a constant of {@code Network.Convention}. */
  static Convention of(String name) {
    return all().stream().filter(c -> c.name().equals(name)).findFirst().orElseThrow();
  }

  /** The name of its constant. */
  String name();

  /**
   * The ways in which it may have a tensor, the usual one first; none if it has no such tensor.
   *
   * @param tensor PyTorch's name
   * @param stored what the file has for this layer
   */
  List<Form> forms(LayerContext layer, String tensor, Stored stored);

  /** The ε of a batch normalization that does not say another. */
  Epsilon epsilon(Stored stored);

  /** Whether maps are flattened with the channels running fastest. */
  default boolean flattensChannelsLast() {
    return false;
  }

  /** A name of a tensor without what does not matter in it: equal for all ways to write it. */
  default String canonical(String name) {
    return name.replace('/', '.').replace('_', '.');
  }

  /** Whether a tensor's name could be of this convention. */
  boolean recognizes(String name);

  /**
   * A way in which a tensor is stored.
   *
   * @param name its name behind the layer's prefix
   */
  record Form(String name, Conversion conversion) {

    /** As PyTorch stores it, but for its name. */
    static Form of(String name) {
      return new Form(name, WeightTensor::tensor);
    }
  }

  /** Makes PyTorch's tensor of a stored one. */
  interface Conversion {
    Tensor convert(WeightTensor stored) throws Rejection;
  }

  /** What a file has for one layer, by the names behind the layer's prefix. */
  interface Stored {
    boolean has(String name);

    /**
     * Reads a tensor as it is stored.
     *
     * @throws Rejection if it is missing, or holds a value that is not finite
     */
    WeightTensor get(String name) throws Rejection;
  }
}
