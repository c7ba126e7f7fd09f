package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.ContainerNotFound;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.UnknownFormat;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The tensors of one network, found by the names of its fields and its convention. */
final class Weights {
  /** How the names of batch normalizations' means end, in PyTorch. */
  private static final String MEAN = ".running_mean";

  private final Attributes network;
  private final Claims claims;
  private final Convention convention;
  private final Locator locator;
  private final SortedMap<String, WeightFile> opened = new TreeMap<>();
  private final Map<String, Rejection> refused = new HashMap<>();

  /**
   * The tensors of a network.
   *
   * @param declaration the network as a whole: a layer's tensors are not offered to another
   */
  Weights(NetworkDeclaration declaration, Locator locator) {
    this.network = declaration.network();
    this.claims = Claims.of(declaration);
    this.convention = Convention.of(network.text("convention"));
    this.locator = locator;
  }

  /** The shape that the network declares for its input, as it is written. */
  List<Integer> declaredInput() {
    return network.integers("input");
  }

  /** Whether who trained the network flattened maps with the channels running fastest. */
  boolean flattensChannelsLast() {
    return convention.flattensChannelsLast();
  }

  /** The ε of a batch normalization that does not say another. */
  Epsilon epsilon(LayerContext layer) throws Rejection {
    return convention.epsilon(new Prefixed(layer, open(layer)));
  }

  /**
   * Reads a tensor that must be there.
   *
   * @param tensor PyTorch's name of it
   * @param remedy what to say where PyTorch has other tensors of this layer, but not this one
   */
  WeightTensor read(LayerContext layer, String tensor, String remedy) throws Rejection {
    Prefixed stored = new Prefixed(layer, open(layer));
    List<Convention.Form> forms = convention.forms(layer, tensor, stored);
    Optional<WeightTensor> found = find(forms, stored);
    if (found.isEmpty()) {
      throw stored.missing(forms.isEmpty() ? tensor : forms.get(0).name(), remedy);
    }
    return found.get();
  }

  Optional<WeightTensor> readOptional(LayerContext layer, String tensor) throws Rejection {
    Prefixed stored = new Prefixed(layer, open(layer));
    Optional<WeightTensor> found = find(convention.forms(layer, tensor, stored), stored);
    if (found.isEmpty()) {
      requireAbsent(tensor, stored);
    }
    return found;
  }

  private static Optional<WeightTensor> find(List<Convention.Form> forms, Prefixed stored)
      throws Rejection {
    for (Convention.Form form : forms) {
      if (stored.has(form.name())) {
        WeightTensor found = stored.get(form.name());
        return Optional.of(found.with(form.conversion().convert(found)));
      }
    }
    return Optional.empty();
  }

  /** Requires that no other convention would find what this one does not. */
  private void requireAbsent(String tensor, Prefixed stored) throws Rejection {
    Stream<Convention> others =
        Convention.all().stream().filter(c -> named(c, tensor, stored).isPresent());
    Optional<Convention> other = stored.file().likeliest(others);
    if (other.isPresent()) {
      throw Problem.AMBIGUOUS_CONVENTION.reject(
          stored.layer().tensorLocation(),
          named(other.get(), tensor, stored).orElseThrow(),
          stored.layer().tensors().file(),
          String.format(
              Locale.ROOT,
              "it is a name of %1$s, and the convention of the network, %2$s, has no such tensor."
                  + " Write @Network(convention = %1$s), or remove or rename the tensor.",
              other.get().name(),
              convention.name()));
    }
  }

  /** The name in the file that a convention would read as a tensor. */
  private static Optional<String> named(Convention other, String tensor, Prefixed stored) {
    return other.forms(stored.layer(), tensor, stored).stream()
        .flatMap(form -> stored.find(form.name()).stream())
        .findFirst();
  }

  /** What a file has for one layer, under its prefix. */
  private record Prefixed(LayerContext layer, WeightFile file) implements Convention.Stored {
    Optional<String> find(String name) {
      return file.find(layer.tensors().name(name));
    }

    @Override
    public boolean has(String name) {
      return find(name).isPresent();
    }

    @Override
    public WeightTensor get(String name) throws Rejection {
      return file.read(find(name).orElseThrow(() -> missing(name, "")), layer.tensorLocation());
    }

    Rejection missing(String name, String remedy) {
      TensorScope scope = layer.tensors();
      return Problem.MISSING_TENSOR.reject(
          layer.tensorLocation(),
          layer.name(),
          scope.name(name),
          scope.file(),
          file.hint(layer, name, remedy));
    }
  }

  /** Warns of tensors that nobody asked for: one message for each file. */
  void warnOfUnused(Diagnostics found) {
    opened.forEach(
        (name, file) -> {
          List<String> unused = file.unused();
          if (!unused.isEmpty()) {
            found.add(
                Problem.UNUSED_TENSORS.at(
                    file.location(),
                    name,
                    unused.size() == 1 ? "a tensor" : unused.size() + " tensors",
                    Some.of(unused),
                    forgotten(unused)));
          }
        });
  }

  /** What to say where all of a batch normalization is unused. */
  private static String forgotten(List<String> unused) {
    List<String> norms =
        unused.stream()
            .filter(tensor -> tensor.endsWith(MEAN))
            .map(tensor -> tensor.substring(0, tensor.length() - MEAN.length()))
            .filter(norm -> unused.contains(norm + ".running_var"))
            .toList();
    return norms.isEmpty()
        ? ""
        : " "
            + Some.of(norms)
            + (norms.size() == 1 ? " has" : " have")
            + " no layer: a forgotten @BatchNorm gives wrong results.";
  }

  /** Opens a file once. If that fails, it fails in the same words for all that need it. */
  private WeightFile open(LayerContext layer) throws Rejection {
    String name = layer.tensors().file();
    WeightFile known = opened.get(name);
    if (known != null) {
      return known;
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
      WeightFile file = new WeightFile(name, container, convention, claims, location);
      opened.put(name, file);
      return file;
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
      throw Problem.CONTAINER_NOT_FOUND.reject(
          location, name, absent.hint(), lines(absent.tried()));
    } catch (UnknownFormat unknown) {
      throw Problem.CONTAINER_FORMAT.reject(location, unknown.getMessage());
    } catch (MalformedContainer malformed) {
      throw WeightFile.rejected(malformed, location);
    }
  }

  private static String lines(List<String> places) {
    return places.stream().map(place -> "\n  " + place).collect(Collectors.joining());
  }
}
