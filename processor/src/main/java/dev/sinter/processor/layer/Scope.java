package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.FieldDeclaration;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Problem;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What can be read by name in one class's fields: a network's, or those of a block in it. */
final class Scope {
  /** What the network or block itself reads. */
  static final String INPUT = "input";

  /** The first output of the model that the network continues. */
  static final String MODEL = "model";

  private final String path;
  private final TensorScope tensors;
  private final List<FieldDeclaration> fields;
  private final Map<String, Integer> ids = new LinkedHashMap<>();
  private final Set<String> failed = new HashSet<>();
  private final Set<String> read = new HashSet<>();
  private final Set<String> readExactly = new HashSet<>();
  private Optional<String> before = Optional.empty();

  /**
   * An empty scope.
   *
   * @param path what the names of its layers begin with in the whole network
   */
  Scope(String path, TensorScope tensors, List<FieldDeclaration> fields) {
    this.path = path;
    this.tensors = tensors;
    this.fields = fields;
  }

  /** The name of a field in the whole network. */
  String path(String field) {
    return path + field;
  }

  /** Whether it is a block's, and not the network's. */
  boolean isBlock() {
    return !path.isEmpty();
  }

  TensorScope tensors() {
    return tensors;
  }

  List<FieldDeclaration> fields() {
    return fields;
  }

  /** The names that can be read, in order. */
  Set<String> names() {
    return ids.keySet();
  }

  /** The field, or input, that the next one reads by default. */
  Optional<String> before() {
    return before;
  }

  void put(String name, int id) {
    ids.put(name, id);
    before = Optional.of(name);
  }

  /** Makes a value inside a block readable; the block's own value stays the one before. */
  void putInner(String name, int id) {
    ids.put(name, id);
  }

  /** The names that can be read from outside: fields that are outputs, here or in blocks here. */
  List<String> outputs() {
    return ids.keySet().stream()
        .filter(
            name ->
                name.contains(".")
                    || fields.stream().anyMatch(f -> f.output() && f.name().equals(name)))
        .toList();
  }

  /** Remembers that something has no value, so that what reads it is not complained about too. */
  void fail(String name) {
    failed.add(name);
    before = Optional.of(name);
  }

  /** Whether this, or the block that it is in, has no value. */
  boolean failed(String name) {
    return failed.contains(name)
        || (name.contains(".") && failed(name.substring(0, name.lastIndexOf('.'))));
  }

  /** Names that might be meant where another is read: what failed is there too. */
  Set<String> candidates() {
    Set<String> candidates = new HashSet<>(ids.keySet());
    candidates.addAll(failed);
    return candidates;
  }

  boolean isUnread(String name) {
    return ids.containsKey(name) && !read.contains(name);
  }

  /** Whether a field read just this, and not only something else of the same block. */
  boolean wasRead(String name) {
    return readExactly.contains(name);
  }

  /** The value of this name, if there is one. Counts as a use of it. */
  Optional<Integer> read(String name) {
    readExactly.add(name);
    read.add(name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
    return Optional.ofNullable(ids.get(name));
  }

  /** The value that the last field gives. */
  Optional<Integer> result() {
    return fields.isEmpty() ? Optional.empty() : Optional.ofNullable(ids.get(last().name()));
  }

  boolean isLast(FieldDeclaration field) {
    return field.name().equals(last().name());
  }

  private FieldDeclaration last() {
    return fields.get(fields.size() - 1);
  }

  /** Warns of fields whose values go nowhere. */
  void warnOfUnused(Diagnostics found) {
    for (FieldDeclaration field : fields) {
      if (!isLast(field) && !field.output() && isUnread(field.name())) {
        boolean input = field.layer().annotation().equals("Input");
        Problem problem = input ? Problem.UNUSED_INPUT : Problem.UNUSED_LAYER;
        found.add(problem.at(field.location(), path(field.name())));
      }
    }
  }
}
