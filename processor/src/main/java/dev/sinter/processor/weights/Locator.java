package dev.sinter.processor.weights;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds containers, and opens each once. In each place, in order, a name is looked for first beside
 * the package, then at the root. An absolute path is what it says.
 */
public final class Locator {
  /** Where absolute paths are: they resolve to themselves. */
  private static final Place FILE_SYSTEM = new DirectoryPlace(Path.of(""));

  private final List<Place> places;
  private final String packagePath;
  private final Map<String, Opened> opened = new HashMap<>();

  /**
   * A file that was found.
   *
   * @param place where
   * @param path in that place
   */
  private record Found(Place place, String path, Source source) {}

  /**
   * A locator for the networks of one package.
   *
   * @param places in the order in which they are tried
   * @param packagePath {@code "dev/sinter/samples"}, or empty for the unnamed package
   */
  public Locator(List<Place> places, String packagePath) {
    this.places = List.copyOf(places);
    this.packagePath = packagePath;
  }

  /**
   * Opens the first container of this name.
   *
   * @param name a path with slashes of either kind; a folder's may end with one
   * @throws ContainerNotFound if no place has it
   * @throws UnknownFormat if it is in no format that Sinter reads
   * @throws MalformedContainer if it cannot be read, or is not in the format that it seems to be in
   */
  public Opened open(String name) throws ContainerNotFound, UnknownFormat, MalformedContainer {
    Opened known = opened.get(name);
    if (known != null) {
      return known;
    }
    Opened found = find(name);
    opened.put(name, found);
    return found;
  }

  private Opened find(String name) throws ContainerNotFound, UnknownFormat, MalformedContainer {
    Found found = source(name);
    String where = found.place().describe(found.path());
    Optional<Container> container = Containers.open(found.source());
    return new Opened(name, where, container.orElseThrow(() -> new UnknownFormat(where)));
  }

  /**
   * Opens the first ONNX model of this name.
   *
   * @param name a path with slashes of either kind
   * @throws ContainerNotFound if no place has it
   * @throws MalformedContainer if it cannot be read, or is no ONNX model
   */
  public OnnxFile model(String name) throws ContainerNotFound, MalformedContainer {
    return OnnxFile.read(file(name, "an ONNX model"));
  }

  /**
   * The first file of this name.
   *
   * @param name a path with slashes of either kind
   * @throws ContainerNotFound if no place has it
   * @throws MalformedContainer if it cannot be read
   */
  public Source file(String name) throws ContainerNotFound, MalformedContainer {
    return file(name, "a file");
  }

  private Source file(String name, String expected) throws ContainerNotFound, MalformedContainer {
    Source found = source(name).source();
    if (found.folder()) {
      throw new MalformedContainer(found.name(), 0, "it is a folder, not " + expected + ".");
    }
    return found;
  }

  /** The file of this name in the folder of a path, or deeper: a file must not ask for others. */
  private static Optional<Source> beside(Place place, String of, String name)
      throws MalformedContainer {
    int slash = of.replace('\\', '/').lastIndexOf('/');
    Optional<String> inside = isAbsolute(name) ? Optional.empty() : normalized(name);
    if (inside.isEmpty()) {
      return Optional.empty();
    }
    String path = of.substring(0, slash + 1) + inside.get();
    return source(place, path, place.describe(path));
  }

  private Found source(String name) throws ContainerNotFound, MalformedContainer {
    List<String> tried = new ArrayList<>();
    Set<String> near = new TreeSet<>();
    boolean absolute = isAbsolute(name);
    List<String> paths = absolute ? List.of(name) : paths(name);
    for (Place place : absolute ? List.of(FILE_SYSTEM) : places) {
      for (String path : paths) {
        String where = place.describe(path);
        tried.add(where);
        Optional<Source> source = source(place, path, where);
        if (source.isPresent()) {
          return new Found(place, path, source.get().with(other -> beside(place, path, other)));
        }
        near.addAll(place.beside(path));
      }
    }
    if (paths.isEmpty()) {
      tried.add("'" + name + "' (no place, since it leads out of all that are searched)");
    }
    throw new ContainerNotFound(name, tried, near);
  }

  private static Optional<Source> source(Place place, String path, String where)
      throws MalformedContainer {
    try {
      return place.find(path);
    } catch (AccessDeniedException e) {
      throw new MalformedContainer(where, 0, "it cannot be read: access is denied.");
    } catch (IOException e) {
      throw new MalformedContainer(where, 0, "it cannot be read: " + e.getMessage() + ".");
    }
  }

  private static boolean isAbsolute(String name) {
    try {
      return Path.of(name).isAbsolute();
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** Where in each place to look: no path leads out of it. */
  private List<String> paths(String name) {
    List<String> paths = new ArrayList<>();
    normalized(packagePath + "/" + name).ifPresent(paths::add);
    if (!packagePath.isEmpty()) {
      normalized(name).ifPresent(paths::add);
    }
    return paths;
  }

  /**
   * Without {@code .} and {@code ..}; nothing if it leads out of the root or to the root itself.
   */
  private static Optional<String> normalized(String path) {
    Deque<String> segments = new ArrayDeque<>();
    for (String segment : path.replace('\\', '/').split("/", -1)) {
      if (segment.equals("..")) {
        if (segments.pollLast() == null) {
          return Optional.empty();
        }
      } else if (!segment.isEmpty() && !segment.equals(".")) {
        segments.add(segment);
      }
    }
    return segments.isEmpty() ? Optional.empty() : Optional.of(String.join("/", segments));
  }
}
