package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;

/**
 * A tensor of a file.
 *
 * @param name its full name there
 * @param file the file, as declared
 * @param stored its shape there
 * @param tensor its values, all finite, as PyTorch lays them out
 * @param location the annotation that asked for it
 */
record WeightTensor(String name, String file, Shape stored, Tensor tensor, Location location) {

  /** The same, with other values made of its own. */
  WeightTensor with(Tensor converted) {
    return new WeightTensor(name, file, stored, converted, location);
  }

  /** Refuses the shape, in the words of what it must be. */
  Rejection wrongShape(String expected) {
    String shape =
        stored.equals(tensor.shape())
            ? stored.toString()
            : stored + ", which is " + tensor.shape() + " in PyTorch's order";
    return Problem.WEIGHT_SHAPE.reject(location, name, file, shape, expected);
  }

  /** The values, if there is one for each channel. */
  Tensor vector(int length, String reason) throws Rejection {
    if (!tensor.shape().equals(Shape.of(length))) {
      throw wrongShape(reason + ", so it must be [" + length + "].");
    }
    return tensor;
  }
}
