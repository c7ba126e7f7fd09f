package dev.sinter.samples.digits;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture that comes with the program.
 *
 * @param name the file's name, which starts with the digit that it shows
 * @param image 28 x 28 bytes, as {@link DigitImage} made it
 */
record Sample(String name, byte[] image) {

  /** The digit that it shows. */
  int digit() {
    return Character.digit(name.charAt(0), 10);
  }

  /** All of them, in the order of the index beside them. */
  static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    try (BufferedReader index =
        new BufferedReader(new InputStreamReader(open("index.txt"), StandardCharsets.UTF_8))) {
      for (String name = index.readLine(); name != null; name = index.readLine()) {
        try (InputStream stream = open(name)) {
          samples.add(new Sample(name, DigitImage.of(Pictures.read(stream))));
        }
      }
    } catch (IOException | PictureException e) {
      throw new IllegalStateException("The program's own pictures are damaged", e);
    }
    return samples;
  }

  private static InputStream open(String name) throws IOException {
    InputStream stream = Sample.class.getResourceAsStream("images/" + name);
    if (stream == null) {
      throw new FileNotFoundException(name);
    }
    return stream;
  }
}
