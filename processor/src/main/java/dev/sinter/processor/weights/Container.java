package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.SortedSet;

/** A file or folder of named tensors, opened. */
public interface Container {
  /**
   * How a tensor is stored.
   *
   * @param type of its elements: {@code "float32"}, {@code "bfloat16"}, {@code "int64"}; as the
   *     container calls it where Sinter does not read it
   * @param bytes of all its elements; saturates at {@link Long#MAX_VALUE}
   */
  record Stored(String type, Shape shape, long bytes) {}

  /** The names of all tensors. */
  SortedSet<String> names();

  /**
   * How one tensor is stored, without reading its elements.
   *
   * @param name one of {@link #names()}
   * @throws MalformedContainer if the container does not say
   */
  Stored stored(String name) throws MalformedContainer;

  /**
   * Reads one tensor, widened exactly.
   *
   * @param name one of {@link #names()}
   * @throws MalformedContainer if its bytes are not what the container says
   */
  Tensor read(String name) throws MalformedContainer;
}
