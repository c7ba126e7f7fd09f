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
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The tensors of one network, found by the names of its fields. Remembers which were used. */
final class Weights {
  /** PyTorch's count of training steps: of no use to anybody here. */
  private static final String TRAINING_ONLY = "num_batches_tracked";

  private static final int NAMES_SHOWN = 5;

  private final Attributes network;
  private final Locator locator;
  private final SortedMap<String, SortedSet<String>> used = new TreeMap<>();
  private final SortedMap<String, Container> opened = new TreeMap<>();

  /**
   * The tensors of a network.
   *
   * @param network its annotation
   */
  Weights(Attributes network, Locator locator) {
    this.network = network;
    this.locator = locator;
  }

  WeightTensor read(LayerContext layer, String suffix) throws Rejection {
    Optional<WeightTensor> tensor = readOptional(layer, suffix);
    if (tensor.isEmpty()) {
      TensorScope scope = layer.tensors();
      throw Problem.MISSING_TENSOR.reject(
          layer.tensorLocation(),
          layer.name(),
          scope.name(suffix),
          scope.file(),
          hint(open(layer).names(), scope, suffix));
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
        (file, container) -> {
          List<String> unused = new ArrayList<>(container.names());
          unused.removeAll(used.getOrDefault(file, new TreeSet<>()));
          unused.removeIf(name -> name.endsWith(TRAINING_ONLY));
          if (!unused.isEmpty()) {
            List<String> shown = unused.subList(0, Math.min(NAMES_SHOWN, unused.size()));
            int more = unused.size() - shown.size();
            found.add(
                Problem.UNUSED_TENSORS.at(
                    network.at("weights"),
                    file,
                    unused.size() == 1 ? "a tensor" : unused.size() + " tensors",
                    String.join(", ", shown),
                    more == 0 ? "" : " And " + more + " more."));
          }
        });
  }

  private Container open(LayerContext layer) throws Rejection {
    String file = layer.tensors().file();
    if (file.isEmpty()) {
      throw Problem.NO_WEIGHTS.reject(layer.tensorLocation(), layer.name());
    }
    Container known = opened.get(file);
    if (known != null) {
      return known;
    }
    // A file that the network names is the network's mistake, wherever it is first needed.
    Location location =
        file.equals(network.text("weights")) ? network.at("weights") : layer.tensorLocation();
    try {
      Container container = locator.open(file).container();
      opened.put(file, container);
      return container;
    } catch (ContainerNotFound absent) {
      throw Problem.CONTAINER_NOT_FOUND.reject(location, file, String.join(", ", absent.tried()));
    } catch (UnknownFormat unknown) {
      throw Problem.CONTAINER_FORMAT.reject(location, unknown.getMessage());
    } catch (MalformedContainer malformed) {
      throw rejected(malformed, location);
    }
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
  private static String hint(SortedSet<String> names, TensorScope scope, String suffix) {
    List<String> siblings =
        names.stream()
            .filter(other -> other.startsWith(scope.name("")))
            .filter(other -> !other.endsWith(TRAINING_ONLY))
            .limit(NAMES_SHOWN)
            .toList();
    return siblings.isEmpty()
        ? Spelling.hint(scope.name(suffix), names)
        : " Under this prefix it has " + String.join(", ", siblings) + ".";
  }
}
