package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Networks with weights from HDF5 files, in each of the ways in which Keras lays them out, against
 * what {@code keras.py} computed in Keras' own order of axes.
 */
final class KerasFileTest {
  private static final Path FOLDER =
      Path.of("src/test/resources/dev/sinter/processor/weights").toAbsolutePath();

  /** In units of the largest output: the contract's promise. */
  private static final double TOLERANCE = 2e-5;

  private static final String FIELDS =
      """
      @Conv Layer conv;
      @BatchNorm Layer bn;
      @Activation(RELU) Layer relu;
      @Conv Layer depthwise;
      @Flatten Layer flatten;
      @Linear Layer fc;
      """;

  private static Compilation compile(String file, String fields) {
    return Networks.compile(
        FOLDER,
        List.of(),
        Networks.network(
            "input = {2, 6, 5}, weights = \"" + file + "\", convention = Network.Convention.KERAS",
            fields));
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras_weights.h5", "keras_model.h5", "keras3_model.h5"})
  void answersAsKeras(String file) throws Exception {
    Compilation compilation = compile(file, FIELDS);
    assertThat(compilation).succeeded();
    assertThat(compilation.warnings()).isEmpty();
    Container answer =
        new Locator(List.of(new DirectoryPlace(FOLDER)), "").open("keras_answer.npz").container();
    Tensor x = answer.read("x");
    float[] channelsFirst = new float[x.size()];
    for (int i = 0; i < x.size(); i++) {
      channelsFirst[i % 2 * 30 + i / 2] = (float) x.get(i);
    }
    float[] actual = Networks.load(compilation, "p.SinteredX").run(channelsFirst);
    Tensor expected = answer.read("y");
    double largest = 0;
    for (int i = 0; i < expected.size(); i++) {
      largest = Math.max(largest, Math.abs(expected.get(i)));
    }
    assertThat(actual).hasLength(expected.size());
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isWithin(TOLERANCE * largest).of(expected.get(i));
    }
  }

  @Test
  void namesThatAreNear() {
    assertThat(compile("keras_model.h5", "@Conv Layer conf;"))
        .hadErrorContaining(
            "[MissingTensor] 'conf' needs the tensor 'conf.kernel', which keras_model.h5 does not"
                + " have. Did you mean 'model_weights/conv/conv/kernel:0'?");
  }

  @Test
  void filesOfAnotherKind() {
    assertThat(compile("spectra.h5", "@Conv Layer conv;"))
        .hadErrorContaining(
            "[MissingTensor] 'conv' needs the tensor 'conv.kernel', which spectra.h5 does not have."
                + " It has axis0, block0/values.");
    assertThat(compile("nothing.h5", "@Conv Layer conv;"))
        .hadErrorContaining(
            "[MalformedFile] nothing.h5 cannot be read; at byte 0: this HDF5 file has no datasets,"
                + " so no weights.");
  }
}
