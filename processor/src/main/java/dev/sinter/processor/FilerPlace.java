package dev.sinter.processor;

import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Place;
import dev.sinter.processor.weights.Source;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import javax.annotation.processing.Filer;
import javax.tools.FileObject;
import javax.tools.JavaFileManager;

/** One of the compiler's own places, which may be in memory. */
final class FilerPlace implements Place {
  private final Filer filer;
  private final JavaFileManager.Location location;
  private final String name;

  /**
   * A place.
   *
   * @param name what people call it: {@code "class path"}
   */
  FilerPlace(Filer filer, JavaFileManager.Location location, String name) {
    this.filer = filer;
    this.location = location;
    this.name = name;
  }

  @Override
  public Optional<Source> find(String path) throws IOException {
    Optional<Path> folder = folder();
    if (folder.isPresent()) {
      return new DirectoryPlace(folder.get()).find(path);
    }
    FileObject file;
    try {
      file = filer.getResource(location, "", path);
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException absent) {
      // Compilers differ in how they say that a location, or a file in it, does not exist.
      return Optional.empty();
    }
    Optional<Path> onDisk = onDisk(file.toUri());
    if (onDisk.isPresent()) {
      Path last = onDisk.get().getFileName();
      return last != null && Files.exists(onDisk.get())
          ? new DirectoryPlace(onDisk.get().resolveSibling("")).find(last.toString())
          : Optional.empty();
    }
    try (InputStream in = file.openInputStream()) {
      return Optional.of(Source.file(path, in.readAllBytes()));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  @Override
  public String describe(String path) {
    String folder = folder().map(known -> " (" + known + ")").orElse("");
    return path + " in the " + name + folder + (folder.isEmpty() ? unnameable(path) : "");
  }

  /** Compilers ask for resources by URIs, and find none whose name is no part of one. */
  private static String unnameable(String path) {
    try {
      new URI(path);
      return "";
    } catch (URISyntaxException odd) {
      return " (where compilers find no file of such a name: rename it)";
    }
  }

  /** The folder of the class output; the paths have several, or none. */
  private Optional<Path> folder() {
    if (!location.isOutputLocation()) {
      return Optional.empty();
    }
    try {
      return onDisk(filer.getResource(location, "", "probe").toUri()).map(Path::getParent);
    } catch (IOException | IllegalArgumentException | UnsupportedOperationException unknown) {
      return Optional.empty();
    }
  }

  private static Optional<Path> onDisk(URI uri) {
    try {
      return "file".equals(uri.getScheme()) ? Optional.of(Path.of(uri)) : Optional.empty();
    } catch (IllegalArgumentException | FileSystemNotFoundException odd) {
      return Optional.empty();
    }
  }
}
