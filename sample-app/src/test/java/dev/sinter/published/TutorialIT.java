package dev.sinter.published;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

/** The tutorial of the package {@code dev.sinter}, followed to the letter. */
final class TutorialIT {
  @TempDir private Path folder;

  @Test
  void printsAPrediction() throws Exception {
    Path classes = Files.createDirectories(folder.resolve("iris"));
    Files.writeString(classes.resolve("Iris.java"), Tutorial.snippet("class Iris "));
    Files.writeString(classes.resolve("Main.java"), Tutorial.snippet("class Main "));
    Files.write(classes.resolve("iris.safetensors"), Tutorial.weights(1));
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
    byte[] pom = Tutorial.snippet("<project").getBytes(UTF_8);
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
        .containsExactly("1", version, "3.14.1", version, "3.2.0")
        .inOrder();
  }
}
