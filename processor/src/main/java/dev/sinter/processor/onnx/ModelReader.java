package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.weights.ContainerNotFound;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.OnnxFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Makes the graph of an ONNX model. Everything that is wrong is said at the name of its file. */
public final class ModelReader {
  private static final String OWN_DOMAIN = "";
  private static final String SAME_DOMAIN = "ai.onnx";

  /** Older versions have other attributes for nearly everything. */
  private static final long OLDEST = 7;

  /** Only with one of these are the inputs tried with their channels last. */
  private static final Set<String> DECIDE_LAYOUT = Set.of("Transpose", "MatMul");

  private final String name;
  private final Location location;
  private final Diagnostics found;
  private Map<String, Origin> origins = Map.of();

  /**
   * A reader of one model.
   *
   * @param name of its file, as declared
   * @param location where that stands
   * @param found receives everything that is wrong
   */
  public ModelReader(String name, Location location, Diagnostics found) {
    this.name = name;
    this.location = location;
    this.found = found;
  }

  /**
   * The graph of the model, or nothing if there are errors.
   *
   * @param given the shape of its input, where the file leaves that open; else empty
   * @param taken names that no layer of the model may have
   */
  public Optional<Graph> read(
      Locator locator, List<Integer> given, Location givenAt, Collection<String> taken) {
    try {
      OnnxFile file = locator.model(name);
      requireOneInput(file, given, givenAt);
      return Optional.of(read(file, new InputShapes(name, location, given, givenAt), taken));
    } catch (ContainerNotFound absent) {
      String places =
          absent.tried().stream().map(place -> "\n  " + place).collect(Collectors.joining());
      found.add(Problem.MODEL_NOT_FOUND.at(location, name, absent.hint(), places));
    } catch (MalformedContainer malformed) {
      found.add(
          Problem.MALFORMED_FILE.at(
              location, malformed.file(), malformed.position(), malformed.getMessage()));
    } catch (Rejection rejection) {
      found.add(rejection.diagnostic());
    }
    return Optional.empty();
  }

  /** The nodes that the layers of the graph were made from, by their names, where there is one. */
  public Map<String, Origin> origins() {
    return origins;
  }

  private Graph read(OnnxFile file, InputShapes shapes, Collection<String> taken) throws Rejection {
    GraphProto graph = file.model().getGraph();
    int version = version(file);
    if (graph.getOutputCount() == 0) {
      throw Problem.MODEL_GRAPH.reject(
          location, name, "its graph '" + graph.getName() + "' has no outputs");
    }
    List<NodeProto> nodes = needed(Gelus.recognized(graph), graph);
    requireKnown(nodes);
    GraphReader first = reader(file, version, input -> false, taken);
    Optional<Graph> asFirst = first.read(graph, nodes, shapes);
    if (nodes.stream().noneMatch(node -> DECIDE_LAYOUT.contains(node.getOpType()))) {
      return decided(first, asFirst);
    }
    GraphReader last = reader(file, version, input -> true, taken);
    Optional<Graph> asLast = last.read(graph, nodes, shapes);
    if (last.confirmed().isEmpty()) {
      return decided(first, asFirst);
    }
    if (!last.isConfirmed()) {
      last = reader(file, version, last.confirmed()::contains, taken);
      asLast = last.read(graph, nodes, shapes);
    }
    return steps(asLast) < steps(asFirst) ? decided(last, asLast) : decided(first, asFirst);
  }

  private GraphReader reader(
      OnnxFile file, int version, Predicate<String> last, Collection<String> taken) {
    return new GraphReader(name, location, file, version, last, new Names(taken));
  }

  /** What it costs to have a model so; one that cannot be had costs most. */
  private static int steps(Optional<Graph> graph) {
    return graph.map(had -> had.nodes().size()).orElse(Integer.MAX_VALUE);
  }

  private Graph decided(GraphReader reader, Optional<Graph> graph) throws Rejection {
    reader.found().all().forEach(found::add);
    origins = Map.copyOf(reader.origins());
    return graph.orElseThrow(
        () ->
            new Rejection(
                reader.found().all().stream()
                    .filter(d -> d.problem().severity() == Problem.Severity.ERROR)
                    .findFirst()
                    .orElseThrow()));
  }

  /** An extent is given for the only input that is no initializer. */
  private void requireOneInput(OnnxFile file, List<Integer> given, Location givenAt)
      throws Rejection {
    GraphProto graph = file.model().getGraph();
    Set<String> constants = new HashSet<>();
    graph.getInitializerList().forEach(tensor -> constants.add(tensor.getName()));
    long inputs =
        graph.getInputList().stream().filter(input -> !constants.contains(input.getName())).count();
    if (!given.isEmpty() && inputs != 1) {
      throw Problem.MODEL_GRAPH.reject(
          givenAt, name, "it has " + inputs + " inputs, and input is the shape of one");
    }
  }

  private int version(OnnxFile file) throws Rejection {
    long version = 0;
    for (OperatorSetIdProto set : file.model().getOpsetImportList()) {
      if (isOwn(set.getDomain())) {
        version = Math.max(version, set.getVersion());
      }
    }
    if (version < OLDEST) {
      throw Problem.MODEL_GRAPH.reject(
          location,
          name,
          "it has version "
              + version
              + " of ONNX's operators; Sinter reads "
              + OLDEST
              + " and later ones. Export it again, with a newer opset_version");
    }
    return (int) Math.min(version, Integer.MAX_VALUE);
  }

  private static boolean isOwn(String domain) {
    return domain.equals(OWN_DOMAIN) || domain.equals(SAME_DOMAIN);
  }

  /** The nodes that an output needs, in their order. */
  private static List<NodeProto> needed(List<NodeProto> nodes, GraphProto graph) {
    Set<String> wanted = new HashSet<>();
    graph.getOutputList().forEach(output -> wanted.add(output.getName()));
    List<NodeProto> needed = new ArrayList<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      NodeProto node = nodes.get(i);
      if (node.getOutputList().stream().anyMatch(wanted::contains)) {
        needed.add(node);
        wanted.addAll(node.getInputList());
      }
    }
    Collections.reverse(needed);
    return needed;
  }

  /** Says at once which operators are not known. */
  private void requireKnown(List<NodeProto> nodes) throws Rejection {
    Map<String, List<NodeProto>> unknown = new LinkedHashMap<>();
    for (NodeProto node : nodes) {
      if (!isOwn(node.getDomain()) || !Operators.TABLE.containsKey(node.getOpType())) {
        String domain = isOwn(node.getDomain()) ? "" : node.getDomain() + ".";
        unknown.computeIfAbsent(domain + node.getOpType(), type -> new ArrayList<>()).add(node);
      }
    }
    if (!unknown.isEmpty()) {
      throw Problem.UNKNOWN_OPERATORS.reject(
          location,
          name,
          unknown.entrySet().stream()
              .map(
                  entry ->
                      "%s (%d, first '%s')"
                          .formatted(
                              Labels.printable(entry.getKey()),
                              entry.getValue().size(),
                              Labels.label(entry.getValue().get(0))))
              .collect(Collectors.joining(", ")));
    }
  }
}
