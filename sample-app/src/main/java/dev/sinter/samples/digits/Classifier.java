package dev.sinter.samples.digits;

import dev.sinter.Model;
import dev.sinter.Port;
import dev.sinter.Session;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Tells which digit an image shows. It serves one thread, like the {@link Session} it holds. */
final class Classifier implements AutoCloseable {
  private final Session session;
  private final float[][] outputs;
  private final float[] probabilities;

  Classifier(Model model) {
    session = model.newSession();
    outputs = model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
    List<String> names = model.outputs().stream().map(Port::name).toList();
    probabilities = outputs[names.indexOf("probabilities")];
  }

  /**
   * All ten digits, the most probable first.
   *
   * @param image 28 x 28 bytes, as {@link DigitImage} makes it
   */
  List<Guess> classify(byte[] image) {
    session.run(image, outputs);
    return IntStream.range(0, probabilities.length)
        .mapToObj(digit -> new Guess(digit, probabilities[digit]))
        .sorted(Comparator.comparingDouble(Guess::probability).reversed())
        .toList();
  }

  @Override
  public void close() {
    session.close();
  }
}
