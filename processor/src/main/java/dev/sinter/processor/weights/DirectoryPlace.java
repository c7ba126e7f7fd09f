package dev.sinter.processor.weights;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A directory of the file system. Of a folder in it, the {@code .npy} files are read. */
public final class DirectoryPlace implements Place {
  /** No array is longer. */
  private static final long LARGEST_FILE = Integer.MAX_VALUE - 8;

  private final Path directory;

  public DirectoryPlace(Path directory) {
    this.directory = directory;
  }

  @Override
  public Optional<Source> find(String path) throws IOException {
    Path found = resolve(path).orElse(null);
    if (found == null) {
      return Optional.empty();
    }
    if (Files.isDirectory(found)) {
      return Optional.of(Source.folder(path, arrays(found)));
    }
    return Files.exists(found) ? Optional.of(Source.file(path, read(found))) : Optional.empty();
  }

  private static SortedMap<String, byte[]> arrays(Path folder) throws IOException {
    SortedMap<String, byte[]> arrays = new TreeMap<>();
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, "*" + NpyFolder.EXTENSION)) {
      for (Path file : files) {
        if (Files.isRegularFile(file)) {
          arrays.put(String.valueOf(file.getFileName()), read(file));
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return arrays;
  }

  private static byte[] read(Path file) throws IOException {
    // A device or a pipe might never end.
    if (!Files.isRegularFile(file)) {
      throw new IOException("it is neither a file nor a folder");
    }
    long size = Files.size(file);
    if (size > LARGEST_FILE) {
      throw new IOException("it has " + size + " bytes; Sinter reads files of up to 2 GB");
    }
    return Files.readAllBytes(file);
  }

  @Override
  public List<String> beside(String path) {
    Path missing = resolve(path).orElse(null);
    Path folder = missing == null ? null : missing.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException unknown) {
      return List.of();
    }
  }

  @Override
  public String describe(String path) {
    return resolve(path).map(Path::toString).orElse(directory + "/" + path);
  }

  /** The file of this path, unless no file of this file system can have it. */
  private Optional<Path> resolve(String path) {
    try {
      return Optional.of(directory.resolve(path));
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
