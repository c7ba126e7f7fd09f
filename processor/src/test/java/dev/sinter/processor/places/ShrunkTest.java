package dev.sinter.processor.places;

import static com.google.common.truth.Truth.assertThat;

import dev.sinter.Model;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import proguard.Configuration;
import proguard.ConfigurationParser;
import proguard.ProGuard;

/**
 * ProGuard shrinks, optimizes and renames all but an application's main method. The only other rule
 * is in the runtime's jar, where Android's tools find it by themselves, and keeps nothing.
 */
final class ShrunkTest {
  @TempDir private Path folder;

  @Test
  void keepsOnlyWhatTheApplicationKeeps() throws Exception {
    Application application = new Application(folder);
    Path classes = application.compile("classes");
    Path small = folder.resolve("small.jar");
    Configuration configuration = new Configuration();
    String[] arguments = {
      "-injars",
      classes + File.pathSeparator + Application.RUNTIME + "(!module-info.class)",
      "-outjars",
      small.toString(),
      "-libraryjars",
      library().toString(),
      "-include",
      shippedRules().toString(),
      "-optimizationpasses",
      "3",
      "-keep public class app.Main { public static void main(java.lang.String[]); }"
    };
    try (ConfigurationParser parser = new ConfigurationParser(arguments, new Properties())) {
      parser.parse(configuration);
    }
    new ProGuard(configuration).execute();

    List<String> names;
    try (ZipFile jar = new ZipFile(small.toFile())) {
      names = jar.stream().map(entry -> entry.getName()).toList();
    }
    assertThat(names).containsAtLeast("app/Main.class", "nets/SinteredBeside.bin");
    assertThat(names).doesNotContain("nets/SinteredBeside.class");
    assertThat(names).doesNotContain("dev/sinter/Model.class");
    assertThat(application.answer(small))
        .isEqualTo(application.answer(classes, Application.RUNTIME));
  }

  private Path shippedRules() throws IOException {
    Path rules = folder.resolve("sinter.pro");
    try (InputStream in = Model.class.getResourceAsStream("/META-INF/proguard/sinter.pro")) {
      Files.copy(in, rules);
    }
    assertThat(Files.readString(rules)).doesNotContain("-keep");
    return rules;
  }

  /** The JDK's classes that the application sees, of whichever JDK this is. */
  private Path library() throws IOException {
    Path library = Files.createDirectories(folder.resolve("jdk"));
    for (String module : List.of("java.base", "java.logging")) {
      Path root = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("modules", module, "java");
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Path copy = library.resolve("java/" + root.relativize(file));
          Files.createDirectories(copy.getParent());
          Files.copy(file, copy);
        }
      }
    }
    return library;
  }
}
