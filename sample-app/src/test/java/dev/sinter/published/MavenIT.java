package dev.sinter.published;

import static com.google.common.truth.Truth.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The tutorial's project, built by Maven again and again after changes. */
final class MavenIT {
  private static final String VERSION = System.getProperty("sinter.version");

  @TempDir private Path folder;

  private Path network;
  private Path weights;

  @BeforeEach
  void follow() throws IOException {
    network = folder.resolve("src/main/java/iris/Iris.java");
    weights = folder.resolve("src/main/weights/iris/iris.safetensors");
    Files.createDirectories(network.getParent());
    Files.createDirectories(weights.getParent());
    Files.writeString(folder.resolve("pom.xml"), Tutorial.snippet("<project"));
    Files.writeString(network, Tutorial.snippet("class Iris "));
    Files.writeString(network.resolveSibling("Main.java"), Tutorial.snippet("class Main "));
    Files.write(weights, Tutorial.weights(0));
    makeRepository();
  }

  /** Nobody who clears the folder shall follow them. */
  @AfterEach
  void unlink() throws IOException {
    for (String place : List.of("repository", "repository/dev")) {
      try (Stream<Path> entries = Files.list(folder.resolve(place))) {
        for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
          Files.delete(link);
        }
      }
    }
  }

  @Test
  void noticesWhatChanged() throws Exception {
    build();
    assertThat(predicted()).startsWith("setosa 0.50");
    Path compiled = folder.resolve("target/classes/iris/SinteredIris.class");
    FileTime first = Files.getLastModifiedTime(compiled);

    build();
    assertThat(Files.getLastModifiedTime(compiled)).isEqualTo(first);

    Files.write(weights, Tutorial.weights(1));
    build();
    assertThat(predicted()).contains("versicolor 0.50");

    String source = Files.readString(network);
    Files.writeString(network, source.replace("@Softmax Layer species;", ""));
    build();
    assertThat(predicted()).contains("versicolor 0.69");

    Files.writeString(network.resolveSibling("Flower.java"), source.replace("Iris", "Flower"));
    Files.delete(network);
    Path main = network.resolveSibling("Main.java");
    Files.writeString(main, Files.readString(main).replace("SinteredIris", "SinteredFlower"));
    build();
    assertThat(predicted()).contains("versicolor 0.50");
    try (Stream<Path> classes = Files.list(compiled.getParent())) {
      assertThat(classes.filter(file -> file.toString().contains("Iris")).toList()).isEmpty();
    }
  }

  private String predicted() throws IOException, InterruptedException {
    String path = Jars.path(folder.resolve("target/classes"), Jars.RUNTIME);
    return Jars.java("-Duser.language=en", "-cp", path, "iris.Main");
  }

  /** The two goals that matter, which need nothing that the build of this project did not need. */
  private void build() throws IOException, InterruptedException {
    boolean windows = File.separatorChar == '\\';
    Path maven = Path.of(System.getProperty("maven.home"), "bin", windows ? "mvn.cmd" : "mvn");
    Jars.run(
        List.of(
            maven.toString(),
            "-B",
            "-o",
            "-f",
            folder.toString(),
            "-Dmaven.repo.local=" + folder.resolve("repository"),
            "antrun:run@new-weights",
            "compiler:compile"));
  }

  /** This build's repository, but with the published jars of Sinter, which nobody installed. */
  private void makeRepository() throws IOException {
    Path ours = Files.createDirectories(folder.resolve("repository/dev"));
    Path theirs = Path.of(System.getProperty("sinter.repository"));
    link(theirs, ours.getParent(), "dev");
    if (Files.isDirectory(theirs.resolve("dev"))) {
      link(theirs.resolve("dev"), ours, "sinter");
    }
    publish("sinter-parent", Path.of("../pom.xml"));
    publish("sinter-runtime", Path.of("../runtime/pom.xml"), Jars.RUNTIME);
    publish("sinter-processor", Path.of("../processor/dependency-reduced-pom.xml"), Jars.PROCESSOR);
  }

  private static void link(Path from, Path to, String but) throws IOException {
    try (Stream<Path> entries = Files.list(from)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (!name.equals(but)) {
          Files.createSymbolicLink(to.resolve(name), entry);
        }
      }
    }
  }

  private void publish(String artifact, Path pom, Path jar) throws IOException {
    Files.copy(jar, publish(artifact, pom).resolve(artifact + "-" + VERSION + ".jar"));
  }

  private Path publish(String artifact, Path pom) throws IOException {
    Path place = folder.resolve("repository/dev/sinter/" + artifact + "/" + VERSION);
    Files.createDirectories(place);
    Files.copy(pom, place.resolve(artifact + "-" + VERSION + ".pom"));
    return place;
  }
}
