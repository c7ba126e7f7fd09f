package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.declaration.FieldDeclaration;
import dev.sinter.processor.diagnostic.Diagnostic;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a layer is made from: its field, what it reads, and its tensors. */
final class LayerContext {
  private final String name;
  private final FieldDeclaration field;
  private final List<Shape> inputs;
  private final TensorScope scope;
  private final Weights weights;
  private final Diagnostics found;
  private final List<Features> features;
  private final String place;

  /**
   * The context of one layer.
   *
   * @param name its name in the whole network
   * @param scope where the tensors of the fields around it are
   * @param features the features of what it reads
   */
  LayerContext(
      String name,
      FieldDeclaration field,
      List<Shape> inputs,
      TensorScope scope,
      Weights weights,
      Diagnostics found,
      List<Features> features) {
    this(name, field, inputs, scope, weights, found, features, "weights");
  }

  private LayerContext(
      String name,
      FieldDeclaration field,
      List<Shape> inputs,
      TensorScope scope,
      Weights weights,
      Diagnostics found,
      List<Features> features,
      String place) {
    this.name = name;
    this.scope = scope;
    this.field = field;
    this.inputs = inputs;
    this.weights = weights;
    this.found = found;
    this.features = features;
    this.place = place;
  }

  String name() {
    return name;
  }

  Attributes values() {
    return field.layer();
  }

  /** The annotation. */
  Location location() {
    return field.layer().location();
  }

  /** The shape of the only, or first, value that the layer reads. */
  Shape input() {
    return inputs.get(0);
  }

  /** Whether that is the shape that the network declares for its input. */
  boolean readsInputsShape() {
    return input().extents().equals(weights.declaredInput());
  }

  /** The shapes of all values that the layer reads, in the order in which it names them. */
  List<Shape> inputs() {
    return inputs;
  }

  /** The features of the only, or first, value that the layer reads. */
  Features features() {
    return features.get(0);
  }

  /** Says something that does not stop the build. */
  void warn(Diagnostic diagnostic) {
    found.add(diagnostic);
  }

  /** {@code "16 channels"}, as it stands in messages. */
  String inputChannels() {
    int channels = input().channels();
    return channels + (channels == 1 ? " channel" : " channels");
  }

  /**
   * A tensor under the field's prefix, as PyTorch has it, whatever convention the file follows.
   *
   * @param suffix what follows the prefix in PyTorch, as {@code "weight"}
   * @throws Rejection if there is none, or it holds a value that is not finite
   */
  WeightTensor tensor(String suffix) throws Rejection {
    return tensor(suffix, "");
  }

  /**
   * A tensor under the field's prefix.
   *
   * @param remedy what to say where the file has other tensors of this layer, but not this one
   */
  WeightTensor tensor(String suffix, String remedy) throws Rejection {
    return weights.read(this, suffix, remedy);
  }

  /** The annotation's value that says where the tensors are. */
  String place() {
    return place;
  }

  /** Where the layer's tensors are. */
  TensorScope tensors() {
    return scope.of(field.name(), values().text(place));
  }

  /** A full prefix of the file that has the layer's tensors, as the annotation would give it. */
  String written(String full) {
    return scope.written(tensors().file(), full);
  }

  /** The annotation, or the value in it that says where the tensors are. */
  Location tensorLocation() {
    return values().text(place).isEmpty() ? location() : values().at(place);
  }

  /**
   * The same layer, for tensors of it that are somewhere else.
   *
   * @param value the annotation's value that says where
   */
  LayerContext elsewhere(String value) {
    return new LayerContext(name, field, inputs, scope, weights, found, features, value);
  }

  /** The value {@code eps}, at the place in the formula that the convention gives it. */
  Epsilon epsilon() throws Rejection {
    if (!values().isWritten("eps")) {
      return weights.epsilon(this);
    }
    double written = values().number("eps");
    if (!Double.isFinite(written) || written < 0) {
      throw bad("eps", written, "a finite number, at least 0");
    }
    return weights.epsilon(this).withValue(written);
  }

  /** A tensor under the field's prefix, where there is one. */
  Optional<WeightTensor> optionalTensor(String suffix) throws Rejection {
    return weights.readOptional(this, suffix);
  }

  /** Refuses one of the annotation's values: {@code "padding of 'conv1' is −1; it must be …"}. */
  Rejection bad(String value, Object found, String expected) {
    return Problem.BAD_VALUE.reject(values().at(value), value, name(), found, expected);
  }

  /** The value {@code storage}, where the annotation has one, is a list so that it may be empty. */
  void requireOneStorage() throws Rejection {
    if (values().has("storage") && values().texts("storage").size() > 1) {
      throw bad(
          "storage",
          braces(values().texts("storage")),
          "one of FLOAT32, FLOAT16 and INT8, or left out, for what the network says");
    }
  }

  /** A value {n} or {h, w}, each at least 1; a sequence has one row, so {n} is its columns. */
  Window.Pair pair(String value, boolean oneRow) throws Rejection {
    List<Integer> numbers = values().integers(value);
    boolean counted = numbers.size() == 1 || (numbers.size() == 2 && !oneRow);
    if (!counted || numbers.stream().anyMatch(n -> n < 1)) {
      String expected =
          oneRow ? "one number, at least 1" : "{n} or {height, width}, each at least 1";
      throw bad(value, braces(numbers), expected);
    }
    int height = oneRow ? 1 : numbers.get(0);
    return new Window.Pair(height, numbers.get(numbers.size() - 1));
  }

  /**
   * The value {@code padding}: {p}, {h, w} or {top, left, bottom, right}; one row: {left, right}.
   */
  Window.Padding padding(boolean oneRow) throws Rejection {
    List<Integer> p = values().integers("padding");
    if (p.stream().allMatch(n -> n >= 0)) {
      if (p.size() == 1) {
        int rows = oneRow ? 0 : p.get(0);
        return new Window.Padding(rows, p.get(0), rows, p.get(0));
      }
      if (p.size() == 2) {
        return oneRow
            ? new Window.Padding(0, p.get(0), 0, p.get(1))
            : new Window.Padding(p.get(0), p.get(1), p.get(0), p.get(1));
      }
      if (p.size() == 4 && !oneRow) {
        return new Window.Padding(p.get(0), p.get(1), p.get(2), p.get(3));
      }
    }
    String expected =
        oneRow
            ? "{p} or {left, right}, none negative"
            : "{p}, {height, width} or {top, left, bottom, right}, none negative";
    throw bad("padding", braces(p), expected);
  }

  /** One number for each channel of the input, given one or all. */
  List<Double> perChannel(String value) throws Rejection {
    List<Double> numbers = values().numbers(value);
    int channels = input().channels();
    if ((numbers.size() != 1 && numbers.size() != channels)
        || numbers.stream().anyMatch(n -> !Double.isFinite(n))) {
      throw bad(
          value,
          braces(numbers),
          "one finite number, or one for each of the " + channels + " channels");
    }
    List<Double> all = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      all.add(numbers.get(numbers.size() == 1 ? 0 : c));
    }
    return all;
  }

  /** A list as it is written in an annotation. */
  static String braces(List<?> list) {
    String items = list.toString();
    return "{" + items.substring(1, items.length() - 1) + "}";
  }
}
