package dev.sinter.processor.places;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Jars of what is compiled. */
final class Jars {
  private Jars() {}

  /** As Maven gives it: the jar itself, or only the folder of its classes. */
  static byte[] runtime() throws IOException {
    Path runtime = Application.RUNTIME;
    return Files.isDirectory(runtime) ? of(runtime.resolve("dev")) : Files.readAllBytes(runtime);
  }

  /** A jar of one package and those below, in memory. */
  static byte[] of(Path packages) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes)) {
      add(jar, "", packages);
    }
    return bytes.toByteArray();
  }

  /** The files of a folder, under its name. */
  static void add(JarOutputStream jar, String prefix, Path packages) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(packages)) {
      all = files.filter(Files::isRegularFile).toList();
    }
    for (Path file : all) {
      String name = packages.getParent().relativize(file).toString().replace('\\', '/');
      jar.putNextEntry(new JarEntry(prefix + name));
      Files.copy(file, jar);
    }
  }
}
