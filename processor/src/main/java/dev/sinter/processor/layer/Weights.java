package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.declaration.FieldDeclaration;
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

  WeightTensor read(FieldDeclaration field, String suffix) throws Rejection {
    Optional<WeightTensor> tensor = readOptional(field, suffix);
    if (tensor.isEmpty()) {
      Address address = address(field);
      String name = address.name(suffix);
      throw Problem.MISSING_TENSOR.reject(
          address.location(),
          field.name(),
          name,
          address.file(),
          hint(open(address).names(), address, name));
    }
    return tensor.get();
  }

  Optional<WeightTensor> readOptional(FieldDeclaration field, String suffix) throws Rejection {
    Address address = address(field);
    Container container = open(address);
    String name = address.name(suffix);
    if (!container.names().contains(name)) {
      return Optional.empty();
    }
    used.computeIfAbsent(address.file(), file -> new TreeSet<>()).add(name);
    try {
      Tensor tensor = container.read(name);
      requireFinite(tensor, name, address);
      return Optional.of(new WeightTensor(name, address.file(), tensor, address.location()));
    } catch (MalformedContainer malformed) {
      throw rejected(malformed, address.location());
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

  /** Where a field's tensors are: a file, and what their names begin with. */
  private record Address(String file, String prefix, Location location) {
    String name(String suffix) {
      return prefix.isEmpty() ? suffix : prefix + "." + suffix;
    }
  }

  private Address address(FieldDeclaration field) throws Rejection {
    String written = field.layer().text("weights");
    int hash = written.indexOf('#');
    String file = hash < 0 ? network.text("weights") : written.substring(0, hash);
    String prefix = hash < 0 && written.isEmpty() ? field.name() : written.substring(hash + 1);
    Location location = written.isEmpty() ? field.layer().location() : field.layer().at("weights");
    if (file.isEmpty()) {
      throw Problem.NO_WEIGHTS.reject(location, field.name());
    }
    return new Address(file, prefix, location);
  }

  private Container open(Address address) throws Rejection {
    Container known = opened.get(address.file());
    if (known != null) {
      return known;
    }
    // A file that the network names is the network's mistake, wherever it is first needed.
    Location location =
        address.file().equals(network.text("weights")) ? network.at("weights") : address.location();
    try {
      Container container = locator.open(address.file()).container();
      opened.put(address.file(), container);
      return container;
    } catch (ContainerNotFound absent) {
      throw Problem.CONTAINER_NOT_FOUND.reject(
          location, address.file(), String.join(", ", absent.tried()));
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

  private void requireFinite(Tensor tensor, String name, Address address) throws Rejection {
    for (int i = 0; i < tensor.size(); i++) {
      double value = tensor.get(i);
      if (!Double.isFinite(value)) {
        throw Problem.NOT_FINITE.reject(
            address.location(), name, address.file(), value, index(tensor.shape(), i));
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
  private static String hint(SortedSet<String> names, Address address, String name) {
    List<String> siblings =
        names.stream()
            .filter(other -> other.startsWith(address.name("")))
            .filter(other -> !other.endsWith(TRAINING_ONLY))
            .limit(NAMES_SHOWN)
            .toList();
    return siblings.isEmpty()
        ? Spelling.hint(name, names)
        : " Under this prefix it has " + String.join(", ", siblings) + ".";
  }
}
