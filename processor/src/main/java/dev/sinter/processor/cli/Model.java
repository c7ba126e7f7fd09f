package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Diagnostic;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.onnx.ModelReader;
import dev.sinter.processor.onnx.Origin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments that name a model, and the model that they name. */
final class Model {
  @Parameters(paramLabel = "MODEL.onnx", description = "An ONNX model.")
  private Path file = Path.of("");

  @Option(
      names = "--input",
      paramLabel = "C,H,W",
      split = ",",
      hideParamSyntax = true,
      description =
          "The extents of its input behind the batch, in the file's order, where the file leaves"
              + " them open: --input 3,224,224.")
  private List<Integer> input = new ArrayList<>();

  /**
   * A model that was read.
   *
   * @param name of its file
   * @param origins the nodes that its layers were made from
   */
  record Read(String name, Graph graph, Map<String, Origin> origins) {}

  /** The name of its file. */
  String name() {
    return String.valueOf(file.getFileName());
  }

  /** The model, or nothing if it cannot be done, which was said. */
  Optional<Read> read(Messages messages) throws Rejection {
    Located located = Located.of(file);
    Diagnostics found = new Diagnostics();
    ModelReader reader = new ModelReader(located.name(), Location.NOWHERE, found);
    messages.progress("reading " + located.name());
    Optional<Graph> graph =
        reader.read(located.locator(), input, Location.NOWHERE, List.of("input", "model"));
    for (Diagnostic diagnostic : found.all()) {
      messages.say(diagnostic);
      if (diagnostic.problem() == Problem.MODEL_INPUT && input.isEmpty()) {
        messages.say("Here it is given by --input, as in --input 3,224,224.");
      }
    }
    return graph.map(read -> new Read(located.name(), read, reader.origins()));
  }
}
