package dev.sinter.processor.weights;

import dev.sinter.processor.diagnostic.Spelling;
import java.util.List;
import java.util.Set;

/** Nothing is at any of the places where a container was looked for. */
public final class ContainerNotFound extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> tried;
  private final String hint;

  ContainerNotFound(String name, List<String> tried, Set<String> near) {
    super("'" + name + "' is at none of " + tried);
    this.tried = List.copyOf(tried);
    String file = name.substring(name.replace('\\', '/').lastIndexOf('/') + 1);
    this.hint = Spelling.hint(file, near);
  }

  /** The full name of each place, in the order in which they were tried. */
  public List<String> tried() {
    return tried;
  }

  /** {@code " Did you mean 'digits.npz'?"}, if a file of such a name lies at one of the places. */
  public String hint() {
    return hint;
  }
}
