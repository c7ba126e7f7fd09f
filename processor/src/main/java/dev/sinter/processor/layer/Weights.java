package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.diagnostic.Spelling;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.ContainerNotFound;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.UnknownFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The tensors of one network, found by the names of its fields. Remembers which were used. */
final class Weights {
  /** PyTorch's count of training steps: of no use to anybody here. */
  private static final String TRAINING_ONLY = "num_batches_tracked";

  private final Attributes network;
  private final Locator locator;
  private final SortedMap<String, SortedSet<String>> used = new TreeMap<>();
  private final SortedMap<String, File> opened = new TreeMap<>();
  private final Map<String, Rejection> refused = new HashMap<>();

  /** A container, and the place that asked for it first. */
  private record File(Container container, Location location) {}

  /**
   * The tensors of a network.
   *
   * @param network its annotation
   */
  Weights(Attributes network, Locator locator) {
    this.network = network;
    this.locator = locator;
  }

  /**
   * Reads a tensor that must be there.
   *
   * @param remedy what to say where the file has other tensors of this layer, but not this one
   */
  WeightTensor read(LayerContext layer, String suffix, String remedy) throws Rejection {
    Optional<WeightTensor> tensor = readOptional(layer, suffix);
    if (tensor.isEmpty()) {
      TensorScope scope = layer.tensors();
      throw Problem.MISSING_TENSOR.reject(
          layer.tensorLocation(),
          layer.name(),
          scope.name(suffix),
          scope.file(),
          hint(open(layer).names(), scope, suffix, remedy));
    }
    return tensor.get();
  }

  Optional<WeightTensor> readOptional(LayerContext layer, String suffix) throws Rejection {
    Container container = open(layer);
    String file = layer.tensors().file();
    String name = layer.tensors().name(suffix);
    if (!container.names().contains(name)) {
      return Optional.empty();
    }
    used.computeIfAbsent(file, unseen -> new TreeSet<>()).add(name);
    try {
      Tensor tensor = container.read(name);
      WeightTensor weight = new WeightTensor(name, file, tensor, layer.tensorLocation());
      requireFinite(weight);
      return Optional.of(weight);
    } catch (MalformedContainer malformed) {
      throw rejected(malformed, layer.tensorLocation());
    }
  }

  /** Warns of tensors that nobody asked for: one message for each file. */
  void warnOfUnused(Diagnostics found) {
    opened.forEach(
        (name, file) -> {
          List<String> unused = new ArrayList<>(file.container().names());
          unused.removeAll(used.getOrDefault(name, new TreeSet<>()));
          unused.removeIf(tensor -> tensor.endsWith(TRAINING_ONLY));
          if (!unused.isEmpty()) {
            found.add(
                Problem.UNUSED_TENSORS.at(
                    file.location(),
                    name,
                    unused.size() == 1 ? "a tensor" : unused.size() + " tensors",
                    Some.of(unused)));
          }
        });
  }

  /** Opens a file once. If that fails, it fails in the same words for all that need it. */
  private Container open(LayerContext layer) throws Rejection {
    String name = layer.tensors().file();
    File known = opened.get(name);
    if (known != null) {
      return known.container();
    }
    Rejection before = refused.get(name);
    if (before != null) {
      throw before;
    }
    // A file that the network names is the network's mistake, wherever it is first needed.
    Location location =
        name.equals(network.text("weights")) ? network.at("weights") : layer.tensorLocation();
    try {
      Container container = find(name, layer, location);
      opened.put(name, new File(container, location));
      return container;
    } catch (Rejection rejection) {
      refused.put(name, rejection);
      throw rejection;
    }
  }

  private Container find(String name, LayerContext layer, Location location) throws Rejection {
    if (name.isEmpty()) {
      throw Problem.NO_WEIGHTS.reject(location, layer.name());
    }
    try {
      return locator.open(name).container();
    } catch (ContainerNotFound absent) {
      throw Problem.CONTAINER_NOT_FOUND.reject(location, name, lines(absent.tried()));
    } catch (UnknownFormat unknown) {
      throw Problem.CONTAINER_FORMAT.reject(location, unknown.getMessage());
    } catch (MalformedContainer malformed) {
      throw rejected(malformed, location);
    }
  }

  private static String lines(List<String> places) {
    return places.stream().map(place -> "\n  " + place).collect(Collectors.joining());
  }

  private static Rejection rejected(MalformedContainer malformed, Location location) {
    return Problem.MALFORMED_FILE.reject(
        location, malformed.file(), malformed.position(), malformed.getMessage());
  }

  private static void requireFinite(WeightTensor weight) throws Rejection {
    Tensor tensor = weight.tensor();
    for (int i = 0; i < tensor.size(); i++) {
      double value = tensor.get(i);
      if (!Double.isFinite(value)) {
        throw Problem.NOT_FINITE.reject(
            weight.location(), weight.name(), weight.file(), value, index(tensor.shape(), i));
      }
    }
  }

  /** The coordinates of an element: {@code [3, 0, 1, 2]}. */
  private static String index(Shape shape, int element) {
    int rest = element;
    List<Integer> index = new ArrayList<>();
    for (int axis = shape.rank() - 1; axis >= 0; axis--) {
      index.add(0, rest % shape.extent(axis));
      rest /= shape.extent(axis);
    }
    return index.toString();
  }

  /** What the file has instead: names under the same prefix, or one like it. */
  private static String hint(
      SortedSet<String> names, TensorScope scope, String suffix, String remedy) {
    List<String> siblings =
        names.stream()
            .filter(other -> other.startsWith(scope.name("")))
            .filter(other -> !other.endsWith(TRAINING_ONLY))
            .toList();
    if (!siblings.isEmpty() && !scope.prefix().isEmpty()) {
      return " Under this prefix it has " + Some.of(siblings) + "." + remedy;
    }
    String name = scope.name(suffix);
    Optional<String> longer = names.stream().filter(n -> n.endsWith("." + name)).findFirst();
    String near = longer.map(Spelling::suggestion).orElse(Spelling.hint(name, names));
    String all = names.isEmpty() ? "no tensors" : Some.of(names);
    return near.isEmpty() ? " It has " + all + "." : near;
  }
}
