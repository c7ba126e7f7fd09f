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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes the graph of a declared network, field by field, with the layers of a block in the place of
 * the field that uses it. A field that fails does not stop the others: what reads it is passed over
 * in silence, so that each mistake is said once.
 */
public final class NetworkReader {
  private final NetworkDeclaration declaration;
  private final Diagnostics found;
  private final Weights weights;
  private Graph.Builder graph = Graph.builder();
  private final Map<Integer, Features> features = new HashMap<>();

  /**
   * A reader of one network.
   *
   * @param locator where its weights are looked for
   * @param found receives everything that is wrong
   */
  public NetworkReader(NetworkDeclaration declaration, Locator locator, Diagnostics found) {
    this.declaration = declaration;
    this.found = found;
    this.weights = new Weights(declaration, locator);
  }

  /** The graph as declared, or nothing if there are errors. */
  public Optional<Graph> read() {
    TensorScope tensors = new TensorScope(declaration.network().text("weights"), "");
    Scope network = new Scope("", tensors, declaration.fields());
    readNetworkInput(network);
    readFields(network);
    if (found.hasErrors()) {
      return Optional.empty();
    }
    if (network.isUnread(Scope.INPUT)) {
      found.add(Problem.UNUSED_INPUT.at(declaration.network().at(Scope.INPUT), Scope.INPUT));
    }
    return Optional.of(withOutputs(network));
  }

  /**
   * The graph of a model and of the fields behind it, or nothing if there are errors. The first
   * field reads the model's first output, which is called {@code "model"}; another is called {@code
   * "model.name"}. Outputs that no field reads stay outputs.
   */
  public Optional<Graph> readBehind(Graph model) {
    TensorScope tensors = new TensorScope(declaration.network().text("weights"), "");
    Scope network = new Scope("", tensors, declaration.fields());
    graph = model.edit().withoutOutputs();
    model.nodes().forEach(node -> features.put(node.id(), Features.of(node.shape())));
    model.inputs().stream().findFirst().ifPresent(n -> network.putInner(Scope.INPUT, n.id()));
    for (Graph.Output output : model.outputs()) {
      network.putInner(Scope.MODEL + "." + output.name(), output.id());
    }
    network.put(Scope.MODEL, model.outputs().get(0).id());
    readFields(network);
    if (found.hasErrors()) {
      return Optional.empty();
    }
    for (int i = 0; i < model.outputs().size(); i++) {
      Graph.Output output = model.outputs().get(i);
      boolean isRead =
          network.wasRead(Scope.MODEL + "." + output.name())
              || (i == 0 && network.wasRead(Scope.MODEL));
      if (!isRead) {
        graph.output(output.name(), output.id());
      }
    }
    return Optional.of(withOutputs(network));
  }

  private Graph withOutputs(Scope network) {
    for (FieldDeclaration field : declaration.fields()) {
      if (field.output() || network.isLast(field)) {
        graph.output(field.name(), network.read(field.name()).orElseThrow());
      }
    }
    weights.warnOfUnused(found);
    return graph.build();
  }

  private void readNetworkInput(Scope network) {
    Attributes annotation = declaration.network();
    List<Integer> extents = annotation.integers(Scope.INPUT);
    if (extents.isEmpty()) {
      if (declaration.fields().stream().noneMatch(NetworkReader::isInput)) {
        found.add(Problem.INPUT_MISSING.at(annotation.location(), declaration.name()));
        network.fail(Scope.INPUT);
      }
      return;
    }
    Optional<Shape> shape = InputLayer.shape(extents);
    if (shape.isEmpty()) {
      found.add(InputLayer.noShape(annotation.at(Scope.INPUT), Scope.INPUT, extents));
      network.fail(Scope.INPUT);
      return;
    }
    int id = graph.add(Scope.INPUT, new Op.Input(shape.get()), List.of());
    features.put(id, Features.of(shape.get()));
    network.put(Scope.INPUT, id);
  }

  private static boolean isInput(FieldDeclaration field) {
    return field.layer().annotation().equals("Input");
  }

  private void readFields(Scope scope) {
    for (FieldDeclaration field : scope.fields()) {
      // The inputs of a block were given to it before.
      if (!scope.names().contains(field.name()) && !scope.failed(field.name())) {
        try {
          readField(scope, field);
        } catch (Rejection rejection) {
          found.add(rejection.diagnostic());
          scope.fail(field.name());
        }
      }
    }
    if (!found.hasErrors()) {
      scope.warnOfUnused(found);
    }
  }

  private void readField(Scope scope, FieldDeclaration field) throws Rejection {
    if (field.isRefused()) {
      scope.fail(field.name());
      return;
    }
    List<Integer> inputs = new ArrayList<>();
    for (Name name : names(scope, field)) {
      if (scope.failed(name.text())) {
        scope.fail(field.name());
      } else {
        inputs.add(id(scope, field, name));
      }
    }
    if (scope.failed(field.name())) {
      return;
    }
    if (field.block().isEmpty()) {
      readLayer(scope, field, inputs);
    } else {
      readBlock(scope, field, inputs);
    }
  }

  private void readLayer(Scope scope, FieldDeclaration field, List<Integer> inputs)
      throws Rejection {
    LayerType type = LayerTypes.of(field.layer().annotation());
    List<Shape> shapes = inputs.stream().map(graph::shape).toList();
    String path = scope.path(field.name());
    List<Features> read = inputs.stream().map(features::get).toList();
    LayerContext layer =
        new LayerContext(path, field, shapes, scope.tensors(), weights, found, read);
    layer.requireOneStorage();
    Op op = type.build(layer);
    try {
      int id = graph.add(path, op, inputs);
      features.put(id, features(op, graph.shape(id), read, path, field));
      scope.put(field.name(), id);
    } catch (IllegalArgumentException unfit) {
      throw Problem.LAYER_SHAPE.reject(field.layer().location(), path, unfit.getMessage());
    }
  }

  private Features features(
      Op op, Shape result, List<Features> read, String path, FieldDeclaration field)
      throws Rejection {
    Optional<Features> told = Features.of(op, result, read);
    if (told.isEmpty() && weights.flattensChannelsLast()) {
      throw Problem.FLATTEN_ORDER.reject(field.layer().location(), path);
    }
    return told.orElse(Features.of(result));
  }

  private void readBlock(Scope scope, FieldDeclaration field, List<Integer> inputs)
      throws Rejection {
    TensorScope tensors = scope.tensors().of(field.name(), field.layer().text("weights"));
    Scope block = new Scope(scope.path(field.name()) + ".", tensors, field.block());
    List<FieldDeclaration> further = field.block().stream().filter(NetworkReader::isInput).toList();
    if (inputs.size() != 1 + further.size()) {
      throw Problem.BLOCK_INPUTS.reject(
          field.layer().at("from"),
          scope.path(field.name()),
          inputs.size(),
          inputs.size() == 1 ? "" : "s",
          1 + further.size(),
          further.size(),
          further.size() == 1 ? "" : "s");
    }
    for (int i = 0; i < further.size(); i++) {
      give(block, further.get(i), inputs.get(i + 1));
    }
    block.put(Scope.INPUT, inputs.get(0));
    readFields(block);
    Optional<Integer> result = block.result();
    if (result.isEmpty()) {
      scope.fail(field.name());
      return;
    }
    for (String inner : block.outputs()) {
      scope.putInner(field.name() + "." + inner, block.read(inner).orElseThrow());
    }
    scope.put(field.name(), result.get());
  }

  /** Lets a block's own input be a value from outside. */
  private void give(Scope block, FieldDeclaration input, int id) throws Rejection {
    List<Integer> declared = input.layer().integers("value");
    if (!graph.shape(id).extents().equals(declared)) {
      throw Problem.LAYER_SHAPE.reject(
          input.layer().at("value"),
          block.path(input.name()),
          "is declared as "
              + LayerContext.braces(declared)
              + "; what the block is given there is "
              + graph.shape(id));
    }
    block.put(input.name(), id);
  }

  /** The name of a layer to read, and where it is written. */
  private record Name(String text, Location location) {}

  /** What a field reads, by name: one layer, by default the one before, or a list of them. */
  private List<Name> names(Scope scope, FieldDeclaration field) throws Rejection {
    Attributes values = field.layer();
    boolean isBlock = !field.block().isEmpty();
    List<String> inputs = isBlock ? List.of("from") : LayerTypes.of(values.annotation()).inputs();
    List<Name> names = new ArrayList<>();
    for (String value : inputs) {
      List<String> texts = values.textsOrText(value);
      for (int i = 0; i < texts.size(); i++) {
        names.add(new Name(texts.get(i), values.at(value, i)));
      }
      if (texts.isEmpty() && value.equals("from")) {
        names.add(new Name(before(scope, field), values.at(value)));
      }
    }
    return names;
  }

  private static String before(Scope scope, FieldDeclaration field) throws Rejection {
    return scope
        .before()
        .orElseThrow(
            () -> Problem.INPUT_MISSING.reject(field.layer().location(), scope.path(field.name())));
  }

  private static int id(Scope scope, FieldDeclaration field, Name name) throws Rejection {
    Optional<Integer> id = scope.read(name.text());
    if (id.isPresent()) {
      return id.get();
    }
    if (name.text().equals(Scope.INPUT)) {
      throw Problem.INPUT_MISSING.reject(name.location(), scope.path(field.name()));
    }
    throw Problem.UNKNOWN_LAYER.reject(
        name.location(),
        scope.path(field.name()),
        name.text(),
        hint(scope, field, name.text()),
        scope.isBlock() ? "block" : "network");
  }

  private static String hint(Scope scope, FieldDeclaration field, String name) {
    if (name.equals(field.name())) {
      return " It is that field itself.";
    }
    if (name.contains(".") && isInside(scope.fields(), name)) {
      return " Mark it @Output, so that it can be read from outside of its block.";
    }
    boolean below = scope.fields().stream().anyMatch(other -> other.name().equals(name));
    return below ? " It stands below: move it up." : Spelling.hint(name, scope.candidates());
  }

  /** Whether a path leads to a field of a block. */
  private static boolean isInside(List<FieldDeclaration> fields, String path) {
    int dot = path.indexOf('.');
    return fields.stream()
        .anyMatch(
            field ->
                dot < 0
                    ? field.name().equals(path)
                    : field.name().equals(path.substring(0, dot))
                        && isInside(field.block(), path.substring(dot + 1)));
  }
}
