package dev.sinter.processor.layer;

/**
 * Where the tensors of a field are: a file, and what their names there begin with.
 *
 * @param file as declared; empty if nothing says
 * @param prefix without the dot behind it; empty for names that stand alone
 */
record TensorScope(String file, String prefix) {

  /**
   * The scope of a field in this one.
   *
   * @param written what its annotation says: nothing for its own name, a prefix relative to this
   *     one, {@code file#prefix}, or {@code #prefix} for a full prefix in this file
   */
  TensorScope of(String field, String written) {
    int hash = written.indexOf('#');
    if (hash == 0) {
      return new TensorScope(file, written.substring(1));
    }
    if (hash > 0) {
      return new TensorScope(written.substring(0, hash), written.substring(hash + 1));
    }
    return new TensorScope(file, name(written.isEmpty() ? field : written));
  }

  /** What {@link #of} makes the scope of a file and a full prefix of. */
  String written(String other, String full) {
    if (!other.equals(file)) {
      return other + "#" + full;
    }
    if (prefix.isEmpty()) {
      return full;
    }
    return full.startsWith(name("")) ? full.substring(name("").length()) : "#" + full;
  }

  /** The full name of a tensor. */
  String name(String suffix) {
    return prefix.isEmpty() ? suffix : prefix + "." + suffix;
  }
}
