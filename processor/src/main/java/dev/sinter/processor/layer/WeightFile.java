package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.diagnostic.Spelling;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.MalformedContainer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A file of tensors whose names are those of one convention, as far as anybody knows. Remembers
 * which were read.
 */
final class WeightFile {
  /** PyTorch's count of training steps: of no use to anybody here. */
  private static final String TRAINING_ONLY = "num_batches_tracked";

  private final String name;
  private final Container container;
  private final Convention convention;
  private final Claims claims;
  private final Location location;
  private final Map<String, List<String>> byCanonicalName;
  private final SortedSet<String> used = new TreeSet<>();

  /**
   * A file.
   *
   * @param name as declared
   * @param claims what its layers ask for
   * @param location the place that asked for it first
   */
  WeightFile(
      String name, Container container, Convention convention, Claims claims, Location location) {
    this.name = name;
    this.container = container;
    this.convention = convention;
    this.claims = claims;
    this.location = location;
    this.byCanonicalName =
        container.names().stream().collect(Collectors.groupingBy(convention::canonical));
  }

  Location location() {
    return location;
  }

  /** The name that the file itself has for a tensor, if it has it. */
  Optional<String> find(String tensor) {
    List<String> names = same(tensor);
    return names.contains(tensor) ? Optional.of(tensor) : names.stream().findFirst();
  }

  private List<String> same(String tensor) {
    return byCanonicalName.getOrDefault(convention.canonical(tensor), List.of());
  }

  /**
   * Reads a tensor as it is stored.
   *
   * @param tensor its name in the file
   * @param asked the place that asks for it
   */
  WeightTensor read(String tensor, Location asked) throws Rejection {
    if (same(tensor).size() > 1) {
      throw Problem.AMBIGUOUS_CONVENTION.reject(
          asked,
          tensor,
          name,
          String.join(" and ", same(tensor))
              + " are the same name to "
              + convention.name()
              + ". Rename one.");
    }
    used.add(tensor);
    try {
      Tensor values = container.read(tensor);
      WeightTensor weight = new WeightTensor(tensor, name, values.shape(), values, asked);
      requireFinite(weight);
      return weight;
    } catch (MalformedContainer malformed) {
      throw rejected(malformed, asked);
    }
  }

  static Rejection rejected(MalformedContainer malformed, Location asked) {
    return Problem.MALFORMED_FILE.reject(
        asked, malformed.file(), malformed.position(), malformed.getMessage());
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

  /** The names that nobody asked for. */
  List<String> unused() {
    return container.names().stream()
        .filter(tensor -> !used.contains(tensor) && !tensor.endsWith(TRAINING_ONLY))
        .toList();
  }

  /** The convention that knows most of the names, the first among equals. */
  Optional<Convention> likeliest(Stream<Convention> conventions) {
    return conventions.min(
        Comparator.comparingLong(c -> -container.names().stream().filter(c::recognizes).count()));
  }

  /**
   * What the file has instead of a missing tensor: names under the same prefix, or one like it; and
   * what convention it seems to follow, if not the network's.
   *
   * @param remedy what to say where PyTorch has other tensors of this layer, but not this one
   */
  String hint(LayerContext layer, String suffix, String remedy) {
    Stream<Convention> all = Stream.concat(Stream.of(convention), Convention.all().stream());
    Optional<Convention> other = likeliest(all).filter(c -> c != convention);
    if (other.isPresent()) {
      return instead(layer, suffix, "")
          + String.format(
              " The names in this file look like %1$s's: @Network(convention = %1$s).",
              other.get().name());
    }
    return instead(layer, suffix, convention instanceof PyTorchConvention ? remedy : "");
  }

  private String instead(LayerContext layer, String suffix, String remedy) {
    TensorScope scope = layer.tensors();
    SortedSet<String> names = container.names();
    String prefix = convention.canonical(scope.name(""));
    List<String> siblings =
        names.stream()
            .filter(other -> convention.canonical(other).startsWith(prefix))
            .filter(other -> !other.endsWith(TRAINING_ONLY))
            .toList();
    if (!siblings.isEmpty() && !scope.prefix().isEmpty()) {
      return " Under this prefix it has " + Some.of(siblings) + "." + remedy;
    }
    String missing = scope.name(suffix);
    String end = "." + convention.canonical(missing);
    Optional<String> longer =
        names.stream().filter(n -> convention.canonical(n).endsWith(end)).findFirst();
    Optional<String> near =
        longer.or(
            () ->
                Spelling.nearest(convention.canonical(missing), byCanonicalName.keySet())
                    .map(known -> Objects.requireNonNull(byCanonicalName.get(known)).get(0)));
    if (convention instanceof PyTorchConvention && near.filter(this::isUnclaimed).isEmpty()) {
      Optional<String> free = new FreeTensors(container, claims).said(layer, suffix);
      if (free.isPresent()) {
        return free.get();
      }
    }
    Optional<String> alike = alike(convention.canonical(missing), near);
    return near.isPresent()
        ? Spelling.suggestion(near.get()) + alike.orElse("")
        : alike.orElse(" It has " + (names.isEmpty() ? "no tensors" : Some.of(names)) + ".");
  }

  private boolean isUnclaimed(String tensor) {
    return !claims.has(name, tensor);
  }

  /**
   * The names that share most of the leading parts of a missing one, if any does.
   *
   * @param said what need not be said again if it is the only one
   */
  private Optional<String> alike(String missing, Optional<String> said) {
    for (int dot = missing.lastIndexOf('.'); dot > 0; dot = missing.lastIndexOf('.', dot - 1)) {
      String start = missing.substring(0, dot + 1);
      List<String> alike =
          container.names().stream()
              .filter(n -> convention.canonical(n).startsWith(start))
              .toList();
      if (!alike.isEmpty()) {
        return alike.equals(said.stream().toList())
            ? Optional.empty()
            : Optional.of(
                " Under '" + missing.substring(0, dot) + "' it has " + Some.of(alike) + ".");
      }
    }
    return Optional.empty();
  }
}
