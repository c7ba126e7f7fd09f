package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Tensor;
import java.util.SortedSet;

/** A file or folder of named tensors, opened. */
public interface Container {
  /** The names of all tensors. */
  SortedSet<String> names();

  /**
   * Reads one tensor, widened exactly.
   *
   * @param name one of {@link #names()}
   * @throws MalformedContainer if its bytes are not what the container says
   */
  Tensor read(String name) throws MalformedContainer;
}
