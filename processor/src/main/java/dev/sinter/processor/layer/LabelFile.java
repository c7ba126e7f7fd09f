package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.weights.ContainerNotFound;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.Source;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The file that names the elements of a network's last output. */
public final class LabelFile {
  /** Labels that a warning names. */
  private static final int NAMED = 3;

  private final String name;
  private final Location location;

  private LabelFile(NetworkDeclaration declaration) {
    this.name = declaration.network().text("labels");
    this.location = declaration.network().at("labels");
  }

  /** Whether the network has one. */
  public static boolean isDeclared(NetworkDeclaration declaration) {
    return !declaration.network().text("labels").isEmpty();
  }

  /**
   * The labels.
   *
   * @param graph the network
   * @param found receives what is suspect about them
   * @throws Rejection if they cannot be read, or do not fit the output
   */
  public static List<String> read(
      NetworkDeclaration declaration, Graph graph, Locator locator, Diagnostics found)
      throws Rejection {
    LabelFile file = new LabelFile(declaration);
    List<String> labels = file.lines(locator);
    file.requireEach(labels, graph);
    file.warnOfSame(labels, found);
    return labels;
  }

  /** Whether the last output consists of probabilities: it is a softmax's or a sigmoid's. */
  public static boolean areProbabilities(Graph graph) {
    Node node = graph.node(last(graph).id());
    while (node.op() instanceof Op.Identity
        || node.op() instanceof Op.Flatten
        || node.op() instanceof Op.Reshape) {
      node = graph.producer(node);
    }
    return node.op() instanceof Op.Softmax
        || (node.op() instanceof Op.Activate activate
            && activate.activation().kind() == Activation.Kind.SIGMOID);
  }

  private static Graph.Output last(Graph graph) {
    return graph.outputs().get(graph.outputs().size() - 1);
  }

  /** The lines, without space around them, to the last that is not blank. */
  private List<String> lines(Locator locator) throws Rejection {
    List<String> lines = new ArrayList<>();
    try {
      text(locator.file(name)).lines().map(String::strip).forEach(lines::add);
    } catch (ContainerNotFound absent) {
      String places = absent.tried().stream().map("\n  "::concat).collect(Collectors.joining());
      throw Problem.LABELS_NOT_FOUND.reject(location, name, absent.hint(), places);
    } catch (MalformedContainer malformed) {
      throw Problem.MALFORMED_FILE.reject(
          location, malformed.file(), malformed.position(), malformed.getMessage());
    }
    while (!lines.isEmpty() && lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  private static String text(Source source) throws MalformedContainer {
    ByteBuffer bytes = ByteBuffer.wrap(source.bytes());
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer text = CharBuffer.allocate(bytes.remaining()); // no character takes less
    if (decoder.decode(bytes, text, true).isError()) {
      throw new MalformedContainer(
          source.name(), bytes.position(), "it is no text in UTF-8; save it as such.");
    }
    String decoded = text.flip().toString();
    return decoded.startsWith("\ufeff") ? decoded.substring(1) : decoded;
  }

  private void requireEach(List<String> labels, Graph graph) throws Rejection {
    int blank = labels.indexOf("");
    if (blank >= 0) {
      throw Problem.BLANK_LABEL.reject(location, blank + 1, name);
    }
    Graph.Output output = last(graph);
    Node node = graph.node(output.id());
    if (labels.size() != node.shape().size()) {
      throw Problem.LABEL_COUNT.reject(
          location,
          name,
          labels.size(),
          labels.size() == 1 ? "" : "s",
          output.name(),
          node.shape(),
          node.shape().size());
    }
  }

  private static String listed(List<Integer> lines) {
    String all = lines.toString();
    return all.substring(1, all.length() - 1);
  }

  private void warnOfSame(List<String> labels, Diagnostics found) {
    Map<String, List<Integer>> lines = new LinkedHashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      lines.computeIfAbsent(labels.get(i), label -> new ArrayList<>()).add(i + 1);
    }
    lines.values().removeIf(at -> at.size() == 1);
    if (!lines.isEmpty()) {
      String named =
          lines.entrySet().stream()
              .limit(NAMED)
              .map(
                  label ->
                      "'%s' at the lines %s".formatted(label.getKey(), listed(label.getValue())))
              .collect(Collectors.joining(", "));
      String more = lines.size() > NAMED ? ", and " + (lines.size() - NAMED) + " more" : "";
      found.add(Problem.SAME_LABELS.at(location, name, named + more));
    }
  }
}
