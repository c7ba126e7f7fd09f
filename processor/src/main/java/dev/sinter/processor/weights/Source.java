package dev.sinter.processor.weights;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bytes of a container as they were found.
 *
 * @param name what complaints call it: its path in the place where it was found
 * @param files its only file under {@code name}, or for a folder each file under its name
 * @param folder whether it is a folder
 * @param beside what lies beside it, where tensors may be
 */
public record Source(String name, SortedMap<String, byte[]> files, boolean folder, Beside beside) {

  /** Finds other files. */
  public interface Beside {
    /** The file of this name in the folder that a source is in, or deeper. */
    Optional<Source> find(String name) throws MalformedContainer;
  }

  /** A file with nothing beside it. */
  public static Source file(String name, byte[] bytes) {
    return new Source(name, new TreeMap<>(Map.of(name, bytes)), false, other -> Optional.empty());
  }

  public static Source folder(String name, SortedMap<String, byte[]> files) {
    return new Source(name, files, true, other -> Optional.empty());
  }

  Source with(Beside others) {
    return new Source(name, files, folder, others);
  }

  /** Whether it is a file with this extension, in whatever case: {@code ".npz"}. */
  boolean isFile(String extension) {
    return !folder && name.toLowerCase(Locale.ROOT).endsWith(extension);
  }

  /** The bytes of the only file. */
  public byte[] bytes() {
    return Objects.requireNonNull(files.get(name));
  }
}
