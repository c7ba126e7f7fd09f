package dev.sinter.benchmarks;

import dev.sinter.Port;
import java.nio.file.Path;
import java.util.List;

/** One way to compute a network, from arrays of floats to arrays of floats. */
public interface Contender extends AutoCloseable {
  /** Computes one image. */
  void run();

  /** What the last run gave. */
  float[][] outputs();

  @Override
  void close();

  /** Empty arrays for the outputs of a network. */
  static float[][] arrays(List<Port> outputs) {
    return outputs.stream().map(port -> new float[port.size()]).toArray(float[][]::new);
  }

  /**
   * The contender of a name.
   *
   * @param name {@code folded}, {@code unfolded}, {@code onnxruntime}, a {@code Storage}, or {@code
   *     peak}, which computes no network
   * @param network as {@link Subjects} has it
   * @param threads how many it may use
   */
  static Contender of(String name, String network, int threads) {
    if (name.equals("peak")) {
      return new PeakContender();
    }
    Workshop workshop = Workshop.standard();
    Subject subject = Subjects.of(network);
    return switch (name) {
      case "folded" -> ours(subject, workshop.folded(subject), threads);
      case "unfolded" -> ours(subject, workshop.unfolded(subject), threads);
      case "FLOAT32", "FLOAT16", "INT8" -> ours(subject, workshop.stored(subject, name), threads);
      case "onnxruntime" -> new OnnxContender(workshop, subject, threads);
      default -> throw new IllegalArgumentException("no contender is called " + name);
    };
  }

  private static Contender ours(Subject subject, Path jar, int threads) {
    return new SinterContender(Workshop.load(subject, jar), subject, threads);
  }
}
