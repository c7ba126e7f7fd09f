package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.declaration.FieldDeclaration;
import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.diagnostic.Spelling;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.weights.Locator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the graph of a declared network, field by field. A field that fails does not stop the
 * others: what reads it is passed over in silence, so that each mistake is said once.
 */
public final class NetworkReader {
  private static final String INPUT = "input";

  private final NetworkDeclaration declaration;
  private final Diagnostics found;
  private final Weights weights;
  private final Graph.Builder graph = Graph.builder();
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private Optional<String> before = Optional.empty();

  /**
   * A reader of one network.
   *
   * @param locator where its weights are looked for
   * @param found receives everything that is wrong
   */
  public NetworkReader(NetworkDeclaration declaration, Locator locator, Diagnostics found) {
    this.declaration = declaration;
    this.found = found;
    this.weights = new Weights(declaration.network(), locator);
  }

  /** The graph as declared, or nothing if there are errors. */
  public Optional<Graph> read() {
    readNetworkInput();
    for (FieldDeclaration field : declaration.fields()) {
      try {
        readField(field);
      } catch (Rejection rejection) {
        found.add(rejection.diagnostic());
        failed.add(field.name());
      }
      before = Optional.of(field.name());
    }
    if (found.hasErrors()) {
      return Optional.empty();
    }
    int last = declaration.fields().size() - 1;
    for (int i = 0; i <= last; i++) {
      FieldDeclaration field = declaration.fields().get(i);
      if (field.output() || i == last) {
        graph.output(field.name(), known(field.name()));
      } else if (!read.contains(field.name())) {
        found.add(Problem.UNUSED_LAYER.at(field.location(), field.name()));
      }
    }
    weights.warnOfUnused(found);
    return Optional.of(graph.build());
  }

  private void readNetworkInput() {
    Attributes network = declaration.network();
    List<Integer> extents = network.integers(INPUT);
    if (extents.isEmpty()) {
      if (declaration.fields().stream().noneMatch(f -> f.layer().annotation().equals("Input"))) {
        found.add(Problem.INPUT_MISSING.at(network.location(), declaration.name()));
        failed.add(INPUT);
        before = Optional.of(INPUT);
      }
      return;
    }
    before = Optional.of(INPUT);
    Optional<Shape> shape = InputLayer.shape(extents);
    if (shape.isEmpty()) {
      found.add(Problem.INPUT_SHAPE.at(network.at(INPUT), LayerContext.braces(extents)));
      failed.add(INPUT);
      return;
    }
    ids.put(INPUT, graph.add(INPUT, new Op.Input(shape.get()), List.of()));
  }

  private void readField(FieldDeclaration field) throws Rejection {
    LayerType type = LayerTypes.of(field.layer().annotation());
    List<Integer> inputs = new ArrayList<>();
    for (Name name : names(field, type)) {
      if (failed.contains(name.text())) {
        failed.add(field.name());
      } else {
        inputs.add(id(field, name));
      }
      read.add(name.text());
    }
    if (failed.contains(field.name())) {
      return;
    }
    List<Shape> shapes = inputs.stream().map(graph::shape).toList();
    Op op = type.build(new LayerContext(field, shapes, weights, found));
    try {
      ids.put(field.name(), graph.add(field.name(), op, inputs));
    } catch (IllegalArgumentException unfit) {
      throw Problem.LAYER_SHAPE.reject(field.layer().location(), field.name(), unfit.getMessage());
    }
  }

  /** The name of a layer to read, and where it is written. */
  private record Name(String text, Location location) {}

  private List<Name> names(FieldDeclaration field, LayerType type) throws Rejection {
    List<Name> names = new ArrayList<>();
    Attributes values = field.layer();
    for (String value : type.inputs()) {
      if (value.equals("from")) {
        String from = values.text(value);
        names.add(new Name(from.isEmpty() ? previous(field) : from, values.at(value)));
      } else {
        List<String> texts = values.texts(value);
        for (int i = 0; i < texts.size(); i++) {
          names.add(new Name(texts.get(i), values.at(value, i)));
        }
      }
    }
    return names;
  }

  private String previous(FieldDeclaration field) throws Rejection {
    return before.orElseThrow(
        () -> Problem.INPUT_MISSING.reject(field.layer().location(), declaration.name()));
  }

  private int id(FieldDeclaration field, Name name) throws Rejection {
    Integer id = ids.get(name.text());
    if (id != null) {
      return id;
    }
    boolean below =
        declaration.fields().stream().anyMatch(other -> other.name().equals(name.text()));
    String hint =
        below ? " It stands below: move it up." : Spelling.hint(name.text(), ids.keySet());
    throw Problem.UNKNOWN_LAYER.reject(name.location(), field.name(), name.text(), hint);
  }

  private int known(String field) {
    Integer id = ids.get(field);
    if (id == null) {
      throw new IllegalStateException("'" + field + "' was not read");
    }
    return id;
  }
}
