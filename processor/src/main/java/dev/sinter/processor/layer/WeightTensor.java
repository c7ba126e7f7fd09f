package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;

/**
 * A tensor as it stands in a file.
 *
 * @param name its full name there
 * @param file the file, as declared
 * @param tensor its values, all finite
 * @param location the annotation that asked for it
 */
record WeightTensor(String name, String file, Tensor tensor, Location location) {

  /** Refuses the shape, in the words of what it must be. */
  Rejection wrongShape(String expected) {
    return Problem.WEIGHT_SHAPE.reject(location, name, file, tensor.shape(), expected);
  }

  /** The values, if there is one for each channel. */
  Tensor vector(int length, String reason) throws Rejection {
    if (!tensor.shape().equals(Shape.of(length))) {
      throw wrongShape(reason + ", so it must be [" + length + "].");
    }
    return tensor;
  }
}
