package dev.sinter.processor;

import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.quantize.Experiment;
import dev.sinter.processor.quantize.Quantization;
import dev.sinter.processor.quantize.Quantizer;
import dev.sinter.processor.quantize.Storage;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.NpyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** The weights of a network as they shall be stored, once it is folded. */
final class Storing {
  private static final int NAMED = 3; // of the layers that lose the most

  private final NetworkDeclaration declaration;
  private final Options options;
  private final Quantizer quantizer;

  /**
   * A graph with its weights as they are stored.
   *
   * @param quantization what that changes, if anything is not stored as floats
   */
  record Stored(Graph graph, Optional<Quantization> quantization) {}

  Storing(NetworkDeclaration declaration, Options options) {
    this.declaration = declaration;
    this.options = options;
    this.quantizer = new Quantizer(name -> Storage.valueOf(declaration.storageOf(name)));
  }

  /**
   * Stores weights.
   *
   * @param declared the graph before it was folded
   * @param folded the graph afterwards; the same if nothing was folded
   * @param folder folds another graph just so
   * @throws Rejection if a weight does not fit, or too much is lost
   */
  Stored store(Graph declared, Graph folded, UnaryOperator<Graph> folder) throws Rejection {
    if (!quantizer.changes(folded, declared)) {
      return new Stored(folded, Optional.empty());
    }
    Graph stored = quantizer.store(folded, declared);
    requireFits(folded, stored);
    Optional<Graph> storedTwice =
        declared == folded
            ? Optional.empty()
            : Optional.of(
                quantizer.store(folder.apply(quantizer.store(declared, declared)), declared));
    Experiment experiment = new Experiment(folded, stored, storedTwice);
    Optional<Path> calibration = calibration();
    List<double[]> images =
        calibration.isPresent()
            ? images(calibration.get(), folded, experiment.patience())
            : List.of();
    Quantization quantization = experiment.run(images);
    requireExact(quantization);
    return new Stored(stored, Optional.of(quantization));
  }

  /** The file that was given; of a folder, this network's, if it has one there. */
  private Optional<Path> calibration() {
    return options
        .calibration()
        .filter(Files::isDirectory)
        .map(folder -> folder.resolve(declaration.qualifiedName() + ".npy"))
        .filter(Files::exists)
        .or(() -> options.calibration().filter(file -> !Files.isDirectory(file)));
  }

  private void requireFits(Graph folded, Graph stored) throws Rejection {
    Optional<Quantizer.Overflow> overflow = Quantizer.overflow(folded, stored);
    if (overflow.isPresent()) {
      Node node = overflow.get().node();
      Storage storage = overflow.get().storage();
      throw Problem.STORAGE_OVERFLOW.reject(
          declaration.locationOf(node.name()),
          String.join(" + ", node.fields()),
          storage,
          overflow.get().channel(),
          overflow.get().weight(),
          storage == Storage.FLOAT16
              ? "halves, which end at 65504,"
              : "bytes with a float's scale");
    }
  }

  private void requireExact(Quantization quantization) throws Rejection {
    OptionalDouble limit = options.maxQuantizationError();
    // A change that is no number is above every limit.
    if (limit.isPresent() && !(quantization.largest() <= limit.getAsDouble())) {
      String worst =
          quantization.worst(NAMED).stream()
              .filter(layer -> !layer.weights().foldedFirst().isExact())
              .map(
                  layer ->
                      String.format(
                          Locale.ROOT,
                          "'%s' (%s, %.1f dB)",
                          layer.name(),
                          layer.storage(),
                          layer.weights().foldedFirst().decibels()))
              .collect(Collectors.joining(", "));
      throw Problem.QUANTIZATION_ERROR.reject(
          declaration.network().at("storage"),
          declaration.name(),
          quantization.largest(),
          limit.getAsDouble(),
          worst);
    }
  }

  /** The first images of a file, [N, C, H, W], as many as there is time for. */
  private List<double[]> images(Path file, Graph graph, int most) throws Rejection {
    Tensor all = array(file);
    if (graph.inputs().size() != 1) {
      throw refused(
          file,
          "is for networks of one input; '"
              + declaration.name()
              + "' has "
              + graph.inputs().size());
    }
    Node input = graph.inputs().get(0);
    Shape shape = ((Op.Input) input.op()).shape();
    List<Integer> extents = all.shape().extents();
    if (extents.isEmpty()
        || extents.get(0) == 0
        || !extents.subList(1, extents.size()).equals(shape.extents())) {
      String expected = shape.toString().replace("[", "[N, ");
      throw refused(
          file,
          "has shape %s; the input of '%s' is %s, so it must be %s"
              .formatted(all.shape(), declaration.name(), shape, expected));
    }
    int size = Math.toIntExact(shape.size());
    List<double[]> images = new ArrayList<>();
    for (int image = 0; image < Math.min(most, extents.get(0)); image++) {
      double[] elements = new double[size];
      for (int i = 0; i < size; i++) {
        elements[i] = all.get(image * size + i);
        if (!Double.isFinite(elements[i])) {
          throw refused(file, "has the value " + elements[i] + " in image " + image);
        }
      }
      images.add(elements);
    }
    return images;
  }

  private static Tensor array(Path file) throws Rejection {
    try {
      return NpyFile.read(file);
    } catch (IOException unreadable) {
      throw refused(file, "cannot be read: " + unreadable);
    } catch (MalformedContainer malformed) {
      throw refused(
          file, "cannot be read; at byte " + malformed.position() + ": " + malformed.getMessage());
    }
  }

  private static Rejection refused(Path file, String reason) {
    return Problem.CALIBRATION.reject(Location.NOWHERE, file, reason.replaceFirst("\\.$", ""));
  }
}
