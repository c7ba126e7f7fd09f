package dev.sinter.processor.weights;

import java.util.List;

/** Nothing is at any of the places where a container was looked for. */
public final class ContainerNotFound extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> tried;

  ContainerNotFound(String name, List<String> tried) {
    super("'" + name + "' is at none of " + tried);
    this.tried = List.copyOf(tried);
  }

  /** The full name of each place, in the order in which they were tried. */
  public List<String> tried() {
    return tried;
  }
}
