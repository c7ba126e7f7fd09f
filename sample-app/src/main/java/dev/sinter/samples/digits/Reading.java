package dev.sinter.samples.digits;

import dev.sinter.Model;
import dev.sinter.Port;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * How the network reads an image: its answer, the time that took, and what each layer saw.
 *
 * @param image 28 x 28 bytes, as {@link DigitImage} makes it
 * @param probabilities of the ten digits
 * @param nanos what the run of {@link Digits} took
 * @param layers the outputs of {@link DigitsLayers} that are pictures
 * @param maps for each of them its values, channel by channel
 */
record Reading(
    byte[] image, float[] probabilities, long nanos, List<Port> layers, List<float[]> maps) {

  /** Reads the image with both networks. */
  static Reading of(byte[] image, Model digits, Model digitsLayers) {
    float[][] answer = outputs(digits);
    long nanos;
    try (var session = digits.newSession()) {
      long start = System.nanoTime();
      session.run(image, answer);
      nanos = System.nanoTime() - start;
    }
    float[][] seen = outputs(digitsLayers);
    try (var session = digitsLayers.newSession()) {
      session.run(image, seen);
    }
    List<Port> ports = digitsLayers.outputs();
    int[] pictures =
        IntStream.range(0, seen.length).filter(i -> ports.get(i).shape().length == 3).toArray();
    return new Reading(
        image,
        answer[answer.length - 1],
        nanos,
        IntStream.of(pictures).mapToObj(ports::get).toList(),
        IntStream.of(pictures).mapToObj(i -> seen[i]).toList());
  }

  private static float[][] outputs(Model model) {
    return model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
  }

  /** For the page: pictures are bytes in Base64, in which 255 is the layer's largest value. */
  String toJson() {
    String answers =
        IntStream.range(0, probabilities.length)
            .mapToObj(digit -> Float.toString(probabilities[digit]))
            .collect(Collectors.joining(","));
    String pictures =
        IntStream.range(0, layers.size())
            .mapToObj(i -> picture(layers.get(i), PixelMap.levels(maps.get(i))))
            .collect(Collectors.joining(",", picture("input", INPUT, image) + ",", ""));
    return "{\"probabilities\":[%s],\"micros\":%d,\"layers\":[%s]}"
        .formatted(answers, nanos / 1000, pictures);
  }

  private static final int[] INPUT = {1, DigitImage.SIDE, DigitImage.SIDE};

  private static String picture(Port layer, byte[] levels) {
    return picture(layer.name(), layer.shape(), levels);
  }

  /** Names are those of Java's fields: they need no escape. */
  private static String picture(String name, int[] shape, byte[] levels) {
    return "{\"name\":\"%s\",\"channels\":%d,\"height\":%d,\"width\":%d,\"values\":\"%s\"}"
        .formatted(name, shape[0], shape[1], shape[2], Base64.getEncoder().encodeToString(levels));
  }
}
