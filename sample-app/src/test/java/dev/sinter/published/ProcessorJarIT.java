package dev.sinter.published;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor's jar: alone it is enough, and what stands before it does it no harm. */
final class ProcessorJarIT {
  /** Its dependencies as nobody has them: classes without members. */
  private static final List<String> ALIENS =
      List.of(
          "com.google.protobuf.ByteString",
          "com.google.protobuf.CodedInputStream",
          "com.google.gson.JsonObject",
          "com.google.common.collect.ImmutableList",
          "com.google.auto.common.MoreElements",
          "com.palantir.javapoet.ClassName",
          "com.palantir.javapoet.JavaFile",
          "ai.onnx.proto.OnnxMl",
          "picocli.CommandLine");

  private static final String PROGRAM =
      """
      package product;

      @dev.sinter.Network(model = "product.onnx")
      final class Product {
        public static void main(String[] args) {
          float[] two = SinteredProduct.load().run(new float[] {1, 10, 100});
          System.out.print(two[0] + " " + two[1]);
        }
      }
      """;

  @TempDir private Path folder;

  @Test
  void holdsNothingUnderOthersNames() throws IOException {
    try (JarFile jar = new JarFile(Jars.PROCESSOR.toFile())) {
      assertThat(
              jar.stream()
                  .filter(entry -> !entry.isDirectory())
                  .map(ZipEntry::getName)
                  .filter(name -> !name.startsWith("dev/sinter/processor/"))
                  .toList())
          .containsExactly(
              "META-INF/LICENSE",
              "META-INF/MANIFEST.MF",
              "META-INF/NOTICE",
              "META-INF/services/javax.annotation.processing.Processor");
      Attributes manifest = jar.getManifest().getMainAttributes();
      assertThat(manifest.getValue("Main-Class")).isEqualTo("dev.sinter.processor.cli.Main");
      assertThat(manifest.getValue("Implementation-Version"))
          .isEqualTo(System.getProperty("sinter.version"));
      ZipEntry service = jar.getEntry("META-INF/services/javax.annotation.processing.Processor");
      assertThat(new String(jar.getInputStream(service).readAllBytes(), UTF_8).strip())
          .isEqualTo("dev.sinter.processor.SinterProcessor");
    }
  }

  @Test
  void compilesBehindIncompatibleVersionsOfItsDependencies() throws Exception {
    Path aliens = folder.resolve("aliens");
    for (String alien : ALIENS) {
      int dot = alien.lastIndexOf('.');
      write(
          aliens.resolve(alien.replace('.', '/') + ".java"),
          "package %s; public final class %s {}"
              .formatted(alien.substring(0, dot), alien.substring(dot + 1)));
    }
    Jars.javac(aliens, "-proc:none");
    Path program = folder.resolve("program");
    write(program.resolve("product/Product.java"), PROGRAM);
    Files.write(program.resolve("product/product.onnx"), product());
    Jars.javac(
        program,
        "-processorpath",
        Jars.path(aliens, Jars.PROCESSOR),
        "-classpath",
        Jars.RUNTIME.toString(),
        "-Asinter.weights=" + program);
    assertThat(Jars.java("-cp", Jars.path(program, Jars.RUNTIME), "product.Product"))
        .isEqualTo("531.0 642.0");
  }

  @Test
  void isACommandLineToo() throws Exception {
    String jar = Jars.PROCESSOR.toString();
    assertThat(Jars.java("-jar", jar, "--help")).contains("inspect");
    assertThat(Jars.java("-jar", jar, "scaffold", "--help")).contains("scaffold");
    assertThat(Jars.java("-jar", jar, "--version")).contains(System.getProperty("sinter.version"));
    Path model = Files.write(folder.resolve("product.onnx"), product());
    assertThat(Jars.java("-jar", jar, "inspect", model.toString())).contains("factors");
  }

  /** A model of one product with a matrix; the numbers of the fields are those of onnx.proto. */
  private static byte[] product() {
    Protobuf factors =
        new Protobuf()
            .put(1, 3)
            .put(1, 2)
            .put(2, 1)
            .put(8, "factors")
            .put(9, 1f, 2f, 3f, 4f, 5f, 6f);
    Protobuf node =
        new Protobuf().put(1, "in").put(1, "factors").put(2, "out").put(3, "mul").put(4, "MatMul");
    Protobuf graph =
        new Protobuf()
            .put(1, node)
            .put(2, "product")
            .put(5, factors)
            .put(11, value("in", 3))
            .put(12, value("out", 2));
    return new Protobuf()
        .put(1, 8)
        .put(7, graph)
        .put(8, new Protobuf().put(1, "ai.onnx").put(2, 13))
        .bytes();
  }

  private static Protobuf value(String name, int width) {
    Protobuf shape =
        new Protobuf().put(1, new Protobuf().put(1, 1)).put(1, new Protobuf().put(1, width));
    Protobuf tensor = new Protobuf().put(1, 1).put(2, shape);
    return new Protobuf().put(1, name).put(2, new Protobuf().put(1, tensor));
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
