package dev.sinter.processor.weights;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Somewhere that containers may be: a folder, the class output, the class path. */
public interface Place {
  /**
   * What is at this path.
   *
   * @param path relative, with forward slashes
   * @throws IOException if something is there that cannot be read
   */
  Optional<Source> find(String path) throws IOException;

  /** The names of the files beside this path, to guess what was meant; empty if unknown. */
  default List<String> beside(String path) {
    return List.of();
  }

  /** The full name of a path here, for the error that lists where was looked. */
  String describe(String path);
}
