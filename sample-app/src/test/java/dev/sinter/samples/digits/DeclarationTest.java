package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class DeclarationTest {
  private static final String PACKAGE = "dev/sinter/samples/digits";

  /** Else the benchmark would compare two networks. */
  @Test
  void bothDeclareTheSameNetwork() throws IOException {
    String folded = declaration(Path.of("src/main/java", PACKAGE, "Digits.java"));
    String unfolded = declaration(Path.of("src/unfolded/java", PACKAGE, "DigitsUnfolded.java"));
    assertThat(unfolded.replace("DigitsUnfolded", "Digits")).isEqualTo(folded);
  }

  /** Else the page would show what another network sees. */
  @Test
  void layersDifferInTheirOutputsAlone() throws IOException {
    String plain = declaration(Path.of("src/main/java", PACKAGE, "Digits.java"));
    String layers = declaration(Path.of("src/main/java", PACKAGE, "DigitsLayers.java"));
    assertThat(withoutOutputs(layers.replace("DigitsLayers", "Digits")))
        .isEqualTo(withoutOutputs(plain));
  }

  private static String withoutOutputs(String declaration) {
    return declaration.replaceAll("\\s+", " ").replace("@Output ", "");
  }

  /** What follows the Javadoc. */
  private static String declaration(Path source) throws IOException {
    String text = Files.readString(source);
    return text.substring(text.indexOf("\n@Network("));
  }
}
