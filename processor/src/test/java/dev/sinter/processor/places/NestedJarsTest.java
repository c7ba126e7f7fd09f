package dev.sinter.processor.places;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.processor.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.CRC32;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.loader.launch.JarLauncher;

/** A jar of jars as Spring Boot makes it, with its launcher and class loader. */
final class NestedJarsTest {
  private static final String CLASSES = "BOOT-INF/classes/";
  private static final String LIBRARIES = "BOOT-INF/lib/";

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void findsTheResource(boolean networksInAnotherJar) throws Exception {
    Application application = new Application(folder);
    Path classes = application.compile("classes");
    Path fat = folder.resolve("fat.jar");
    try (OutputStream out = Files.newOutputStream(fat);
        JarOutputStream jar = new JarOutputStream(out, manifest())) {
      launcher(jar);
      for (String directory : List.of("BOOT-INF/", CLASSES, LIBRARIES)) {
        jar.putNextEntry(new JarEntry(directory));
      }
      Jars.add(jar, CLASSES, classes.resolve("app"));
      if (networksInAnotherJar) {
        store(jar, LIBRARIES + "nets.jar", Jars.of(classes.resolve("nets")));
      } else {
        Jars.add(jar, CLASSES, classes.resolve("nets"));
      }
      store(jar, LIBRARIES + "sinter-runtime.jar", Jars.runtime());
    }
    assertThat(application.java("-jar", fat.toString()))
        .isEqualTo(application.answer(classes, Application.RUNTIME));
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, JarLauncher.class.getName());
    attributes.putValue("Start-Class", Application.MAIN);
    attributes.putValue("Spring-Boot-Classes", CLASSES);
    attributes.putValue("Spring-Boot-Lib", LIBRARIES);
    return manifest;
  }

  /** The launcher's classes stand at the root, where java finds them. */
  private static void launcher(JarOutputStream jar) throws IOException {
    try (JarFile loader = new JarFile(Place.of(JarLauncher.class).toFile())) {
      for (JarEntry entry : loader.stream().toList()) {
        if (entry.getName().endsWith(".class")) {
          jar.putNextEntry(new JarEntry(entry.getName()));
          jar.write(loader.getInputStream(entry).readAllBytes());
        }
      }
    }
  }

  /** Uncompressed, as the launcher asks of jars. */
  private static void store(JarOutputStream jar, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    JarEntry entry = new JarEntry(name);
    entry.setMethod(JarEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    jar.putNextEntry(entry);
    jar.write(bytes);
  }
}
