package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;

import com.google.testing.compile.Compilation;
import dev.sinter.Classification;
import dev.sinter.Model;
import dev.sinter.Session;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks whose outputs have labels. */
class LabelsTest {
  @TempDir private Path folder;

  @Test
  void labelsAreTheLinesOfTheFile() throws IOException {
    Model model = model("zero\none\n two \n", "input = 3", "@Softmax Layer last;");
    assertThat(model.labels()).containsExactly("zero", "one", "two").inOrder();
    float[] input = {1, 3, 2};
    Classification best = model.classify(input);
    assertThat(best.label()).isEqualTo("one");
    assertThat(best.index()).isEqualTo(1);
    assertThat(best.probability()).isEqualTo(model.run(input)[1]);
    try (Session session = model.newSession()) {
      assertThat(session.classify(input).toString()).isEqualTo(best.toString());
    }
  }

  @Test
  void markOfTheEncodingAndLinesOfWindows() throws IOException {
    Model model = model("\ufeff0\r\n1\r\n\r\n\r\n", "input = 2", "@Softmax Layer last;");
    assertThat(model.labels()).containsExactly("0", "1").inOrder();
  }

  /** Labels are no identifiers, and need not differ. */
  @Test
  void labelsOfAnyCharacters() throws IOException {
    List<String> labels =
        List.of(
            "tench, Tinca tinca",
            "crane",
            "crane",
            "jack-o'-lantern",
            "\"quoted\" \\u0041 \\",
            "$L $$ %s {@code} */",
            "Ångström",
            "狗",
            "\ud83d\udc1f fish",
            "tab\tinside",
            "class",
            "labels");
    Model model =
        model(
            String.join("\n", labels),
            "input = " + labels.size(),
            "@Identity Layer labels; @Softmax Layer last;");
    assertThat(model.labels()).isEqualTo(labels);
  }

  @Test
  void manyLabelsAndLongOnes() throws IOException {
    List<String> labels = new ArrayList<>();
    IntStream.range(0, 20_000).forEach(i -> labels.add("label number " + i));
    labels.set(7, "狗".repeat(40_000));
    Compilation compilation =
        compile(String.join("\n", labels), "input = 20000", "@Softmax Layer last;");
    assertThat(Networks.load(compilation, "p.SinteredX").labels()).isEqualTo(labels);
    byte[] type = Networks.files(compilation).get("p/SinteredX.class");
    // HotSpot compiles no larger method.
    assertThat(ClassFile.read(type).methods().get("labels")).isAtMost(8000);
  }

  /** The probability is the output where that is one, and else the softmax of all. */
  @ParameterizedTest
  @CsvSource({
    "@Softmax Layer last;, true",
    "@Softmax Layer soft; @Reshape({3}) Layer last;, true",
    "@Activation(SIGMOID) Layer last;, true",
    "@Identity Layer last;, false",
    "@Softmax Layer soft; @Activation(TANH) Layer last;, false"
  })
  void probability(String fields, boolean isOutput) throws IOException {
    Model model = model("a\nb\nc", "input = 3", fields);
    float[] input = {-0.5f, 0.25f, 1};
    float[] output = model.run(input);
    double sum = 0;
    for (float value : output) {
      sum += Math.exp((double) value - output[2]);
    }
    assertThat(model.classify(input).index()).isEqualTo(2);
    assertThat(model.classify(input).probability())
        .isEqualTo(isOutput ? output[2] : (float) (1 / sum));
  }

  @Test
  void pixelsAreClassifiedToo() throws IOException {
    Model model =
        model(
            "dark\nlight",
            "input = {1, 2, 1}, pixels = @Pixels",
            "@Flatten Layer flat; @Softmax Layer last;");
    byte[] pixels = {10, (byte) 200};
    assertThat(model.classify(pixels).label()).isEqualTo("light");
    try (Session session = model.newSession()) {
      assertThat(session.classify(pixels).probability()).isEqualTo(model.run(pixels)[1]);
    }
  }

  private Model model(String labels, String arguments, String fields) throws IOException {
    return Networks.load(compile(labels, arguments, fields), "p.SinteredX");
  }

  private Compilation compile(String labels, String arguments, String fields) throws IOException {
    Files.write(folder.resolve("l.txt"), labels.getBytes(StandardCharsets.UTF_8));
    return Networks.compile(
        folder, List.of(), Networks.network(arguments + ", labels = \"l.txt\"", fields));
  }
}
