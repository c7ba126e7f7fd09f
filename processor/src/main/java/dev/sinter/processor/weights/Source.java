package dev.sinter.processor.weights;

import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The bytes of a container as they were found.
 *
 * @param name what complaints call it: its path in the place where it was found
 * @param files its only file under {@code name}, or for a folder each file under its name
 * @param folder whether it is a folder
 */
public record Source(String name, SortedMap<String, byte[]> files, boolean folder) {
  public static Source file(String name, byte[] bytes) {
    return new Source(name, new TreeMap<>(Map.of(name, bytes)), false);
  }

  public static Source folder(String name, SortedMap<String, byte[]> files) {
    return new Source(name, files, true);
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
