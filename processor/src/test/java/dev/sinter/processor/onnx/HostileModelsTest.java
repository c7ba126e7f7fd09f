package dev.sinter.processor.onnx;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.Place;
import dev.sinter.processor.weights.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Damaged models give a graph or an error, and nothing else. */
final class HostileModelsTest {
  private static final int MUTATIONS = 100;
  private static final int MUTATIONS_OF_OPERATORS = 5;

  static List<String> names() throws IOException {
    return ExportedModelsTest.names();
  }

  /** Bytes before the weights are where the structure is, so half of the damage is done there. */
  @ParameterizedTest
  @MethodSource("names")
  void anyByteMayBeAnything(String name) throws IOException {
    byte[] valid = Files.readAllBytes(Path.of("src/test/onnx", name + ".onnx"));
    Random random = new Random(name.hashCode());
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = valid.clone();
      for (int n = random.nextInt(3); n >= 0; n--) {
        byte[] extremes = {0, -1, 1, (byte) random.nextInt(), 127, -128};
        int at = random.nextInt(random.nextBoolean() ? bytes.length : Math.min(4000, bytes.length));
        bytes[at] = extremes[random.nextInt(extremes.length)];
      }
      if (random.nextInt(10) == 0) {
        bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      }
      read(name + ", mutation " + i, bytes);
    }
  }

  /** Models of one operator are nearly nothing but its attributes and what it reads. */
  @Test
  void anyByteOfAnOperatorMayBeAnything() {
    Random random = new Random(3);
    for (OperatorCase one : OperatorCases.all()) {
      byte[] valid = OperatorCase.model(List.of(one));
      for (int i = 0; i < MUTATIONS_OF_OPERATORS; i++) {
        byte[] bytes = valid.clone();
        byte[] extremes = {0, -1, 1, (byte) random.nextInt(), 127, -128};
        bytes[random.nextInt(bytes.length)] = extremes[random.nextInt(extremes.length)];
        read(one + ", mutation " + i, bytes);
      }
    }
  }

  private static void read(String what, byte[] bytes) {
    Diagnostics found = new Diagnostics();
    try {
      Optional<Graph> graph =
          new ModelReader("m.onnx", Location.NOWHERE, found)
              .read(
                  new Locator(List.of(holding(bytes)), ""), List.of(), Location.NOWHERE, List.of());
      assertThat(graph.isPresent()).isEqualTo(!found.hasErrors());
    } catch (RuntimeException | StackOverflowError defect) {
      throw new AssertionError(what, defect);
    }
    assertWithMessage(what).that(found.all().toString()).doesNotContain("\u0000");
  }

  private static Place holding(byte[] bytes) {
    return new Place() {
      @Override
      public Optional<Source> find(String path) {
        return path.equals("m.onnx") ? Optional.of(Source.file(path, bytes)) : Optional.empty();
      }

      @Override
      public String describe(String path) {
        return path;
      }
    };
  }
}
