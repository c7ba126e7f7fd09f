package dev.sinter.published;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

/** The tutorial of the package {@code dev.sinter}, followed to the letter. */
final class TutorialIT {
  private static final Path TUTORIAL =
      Path.of("../runtime/src/main/java/dev/sinter/package-info.java");

  @TempDir private Path folder;

  @Test
  void printsAPrediction() throws Exception {
    Path classes = Files.createDirectories(folder.resolve("iris"));
    Files.writeString(classes.resolve("Iris.java"), snippet("class Iris "));
    Files.writeString(classes.resolve("Main.java"), snippet("class Main "));
    Files.write(classes.resolve("iris.safetensors"), weights());
    String said =
        Jars.javac(
            folder,
            "-Xlint:all,-processing",
            "-Werror",
            "-processorpath",
            Jars.PROCESSOR.toString(),
            "-classpath",
            Jars.RUNTIME.toString(),
            "-Asinter.weights=" + folder);
    assertThat(said).contains("1 of 1 BatchNorm folded");
    String path = Jars.path(folder, Jars.RUNTIME);
    assertThat(Jars.java("-Duser.language=en", "-cp", path, "iris.Main").strip())
        .isEqualTo("setosa 0.25, versicolor 0.50, virginica 0.25");
  }

  @Test
  void namesThisVersionOfBothArtifacts() throws Exception {
    byte[] pom = snippet("<project").getBytes(UTF_8);
    NodeList versions =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(pom))
            .getElementsByTagName("version");
    String version = System.getProperty("sinter.version");
    assertThat(
            IntStream.range(0, versions.getLength())
                .mapToObj(i -> versions.item(i).getTextContent())
                .toList())
        .containsExactly("1", version, "3.14.1", version)
        .inOrder();
  }

  private static String snippet(String part) throws IOException {
    Matcher snippets =
        Pattern.compile("<pre>\\{@code\\R(.*?) \\* }</pre>", Pattern.DOTALL)
            .matcher(Files.readString(TUTORIAL));
    while (snippets.find()) {
      if (snippets.group(1).contains(part)) {
        return snippets.group(1).replaceAll("(?m)^ \\* ?", "");
      }
    }
    throw new AssertionError(part);
  }

  /** Whatever is measured, the scores are 0, ln 2 and 0. */
  private static byte[] weights() {
    List<String> header = new ArrayList<>();
    ByteBuffer values = ByteBuffer.allocate(4 * 99).order(ByteOrder.LITTLE_ENDIAN);
    put(header, values, "hidden.weight", "8,4", new float[32]);
    put(header, values, "hidden.bias", "8", new float[8]);
    put(header, values, "norm.weight", "8", ones());
    put(header, values, "norm.bias", "8", new float[8]);
    put(header, values, "norm.running_mean", "8", new float[8]);
    put(header, values, "norm.running_var", "8", ones());
    put(header, values, "scores.weight", "3,8", new float[24]);
    put(header, values, "scores.bias", "3", new float[] {0, (float) Math.log(2), 0});
    byte[] names = ("{" + String.join(",", header) + "}").getBytes(UTF_8);
    return ByteBuffer.allocate(8 + names.length + values.position())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(names.length)
        .put(names)
        .put(values.array(), 0, values.position())
        .array();
  }

  private static float[] ones() {
    return new float[] {1, 1, 1, 1, 1, 1, 1, 1};
  }

  private static void put(
      List<String> header, ByteBuffer values, String name, String shape, float[] tensor) {
    int start = values.position();
    for (float value : tensor) {
      values.putFloat(value);
    }
    header.add(
        "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
            .formatted(name, shape, start, values.position()));
  }
}
