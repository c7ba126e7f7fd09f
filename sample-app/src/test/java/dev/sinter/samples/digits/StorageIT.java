package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.Model;
import dev.sinter.Session;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The digits' network with its weights stored in fewer bits: how many of the 1,000 digits that it
 * was not trained on it tells. They are given, so the counts are the same on every machine but for
 * digits of which two answers are equal to the last bit.
 */
final class StorageIT {
  private static final Path SOURCES = Path.of("src/main/java/dev/sinter/samples/digits");

  @TempDir Path folder;

  @Test
  void fewerBitsTellAsManyDigits() throws Exception {
    int floats = right("FLOAT32");
    assertThat(floats).isAtLeast(980);
    assertThat(right("FLOAT16")).isEqualTo(floats);
    assertThat((double) right("INT8")).isWithin(0.003 * 1000).of(floats);
  }

  private int right(String storage) throws Exception {
    Path classes = compile(storage);
    int right = 0;
    // Another loader than that of the tests, which have the same class with its weights as floats.
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {classes.toUri().toURL()}, Model.class.getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            return name.startsWith("dev.sinter.samples.")
                ? findClass(name)
                : getParent().loadClass(name);
          }
        }) {
      Method load =
          loader.loadClass("dev.sinter.samples.digits.SinteredDigits").getDeclaredMethod("load");
      load.setAccessible(true);
      Model digits = (Model) load.invoke(null);
      float[][] outputs = {new float[10], new float[10]};
      try (Session session = digits.newSession()) {
        for (HeldOut digit : HeldOut.all()) {
          session.run(digit.pixels(), outputs);
          right += indexOfMax(outputs[0]) == digit.label() ? 1 : 0;
        }
      }
    }
    System.out.printf(
        "%s: %d of 1000 digits right, %d bytes of classes%n", storage, right, bytes(classes));
    return right;
  }

  private Path compile(String storage) throws Exception {
    Path classes = Files.createDirectories(folder.resolve(storage));
    String text = Files.readString(SOURCES.resolve("Digits.java"));
    String weights = "weights = \"digits.safetensors\"";
    assertThat(text).contains(weights);
    Path source = folder.resolve("Digits.java");
    Files.writeString(
        source, text.replace(weights, weights + ", storage = dev.sinter.Storage." + storage));
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    StringWriter said = new StringWriter();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
      boolean done =
          javac
              .getTask(
                  said,
                  files,
                  null,
                  List.of(
                      "-d",
                      classes.toString(),
                      "-classpath",
                      System.getProperty("sinter.runtime.jar"),
                      "-processorpath",
                      System.getProperty("sinter.processor.jar"),
                      "-Asinter.weights=" + Path.of("src/main/weights").toAbsolutePath()),
                  null,
                  files.getJavaFileObjects(source))
              .call();
      assertWithMessage("%s", said).that(done).isTrue();
    }
    System.out.print(said);
    return classes;
  }

  private static long bytes(Path classes) throws Exception {
    try (var tree = Files.walk(classes)) {
      return tree.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".java"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  private static int indexOfMax(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
