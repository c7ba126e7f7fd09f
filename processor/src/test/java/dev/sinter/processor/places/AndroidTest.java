package dev.sinter.processor.places;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.android.dex.ClassData;
import com.android.dex.ClassDef;
import com.android.dex.Dex;
import com.android.dx.command.dexer.DxContext;
import com.android.dx.command.dexer.Main;
import dev.sinter.processor.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.codehaus.mojo.animal_sniffer.ClassListBuilder;
import org.codehaus.mojo.animal_sniffer.SignatureChecker;
import org.codehaus.mojo.animal_sniffer.logging.PrintWriterLogger;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Android at API level 26, without a telephone: all that goes there, compiled to Java 8's class
 * files and by dx to dex files. What replaced dx, D8, also rewrites the runtime's lambdas, which dx
 * only translates; generated code has none.
 */
final class AndroidTest {
  /** ART compiles no method longer than this, in code units of two bytes. */
  private static final int LONGEST_METHOD = 10_000;

  private static final Path API_26 =
      Path.of(
          System.getProperty(
              "localRepository", System.getProperty("user.home") + "/.m2/repository"),
          "net/sf/androidscents/signature/android-api-level-26/8.0.0_r2",
          "android-api-level-26-8.0.0_r2.signature");

  @TempDir private static Path folder;
  private static Application application;
  private static Path classes;
  private static Path runtime;

  @BeforeAll
  static void compileForJava8() throws IOException {
    application = new Application(folder);
    classes = application.compile("classes8", "--release", "8", "-Xlint:-options");
    runtime =
        Application.compile(
            Path.of("../runtime/src/main/java"),
            folder.resolve("runtime8"),
            List.of(
                "--release",
                "8",
                "-Xlint:-options",
                "-proc:none",
                "-cp",
                Place.of(NullMarked.class).toString()));
  }

  @Test
  void artCompilesEveryMethod() throws IOException {
    Map<String, Integer> lengths = lengths(dex(classes, runtime));
    assertThat(lengths.keySet()).contains("Lnets/SinteredInside;");
    assertThat(lengths.keySet()).contains("Lnets/SinteredBeside;");
    assertThat(lengths.keySet()).contains("Ldev/sinter/kernel/ScalarConvolution;");
    lengths.forEach(
        (type, length) -> assertWithMessage(type).that(length).isAtMost(LONGEST_METHOD));
  }

  @Test
  void generatedCodeHasNoLambdas() throws IOException {
    assertThat(dex(classes).getTableOfContents().callSiteIds.size).isEqualTo(0);
  }

  @Test
  void asksOnlyForWhatAndroidHas() throws IOException {
    assertThat(missing(classes, runtime)).isEmpty();
  }

  /** Without the runtime among the classes that may be used, the check finds its use. */
  @Test
  void wouldFindWhatAndroidHasNot() throws IOException {
    assertThat(missing(classes)).contains("Undefined reference: dev.sinter.Model");
  }

  /**
   * The same bits as those of the ordinary class files. Before Java 17 arithmetic need not be
   * strict: class files older than version 60 say by a flag, which Sinter does not set, whether it
   * must. But every JVM that runs this test, and ART, is strict always, so that all that could
   * differ here is what javac makes of the sources.
   */
  @Test
  void givesTheSameBits() throws Exception {
    assertThat(application.answer(classes, runtime))
        .isEqualTo(application.answer(application.compile("classes"), Application.RUNTIME));
  }

  /** Compiles folders of classes to one dex file. */
  private static Dex dex(Path... folders) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Path file = folder.resolve("classes.dex");
    DxContext context = new DxContext(OutputStream.nullOutputStream(), said);
    Main.Arguments arguments = new Main.Arguments(context);
    arguments.minSdkVersion = 26;
    arguments.outName = file.toString();
    arguments.fileNames = Stream.of(folders).map(Path::toString).toArray(String[]::new);
    arguments.makeOptionsObjects();
    assertWithMessage("%s", said).that(new Main(context).runDx(arguments)).isEqualTo(0);
    return new Dex(file.toFile());
  }

  /** The longest method of each class, in code units. */
  private static Map<String, Integer> lengths(Dex dex) {
    Map<String, Integer> lengths = new TreeMap<>();
    for (ClassDef type : dex.classDefs()) {
      if (type.getClassDataOffset() == 0) {
        continue; // has neither fields nor methods
      }
      for (ClassData.Method method : dex.readClassData(type).allMethods()) {
        if (method.getCodeOffset() != 0) {
          int length = dex.readCode(method).getInstructions().length;
          lengths.merge(dex.typeNames().get(type.getTypeIndex()), length, Math::max);
        }
      }
    }
    return lengths;
  }

  /** What classes ask for that neither they nor Android have; one a line. */
  private static String missing(Path... folders) throws IOException {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ClassListBuilder own =
        new ClassListBuilder(
            new PrintWriterLogger(new PrintStream(OutputStream.nullOutputStream())));
    for (Path each : folders) {
      own.process(each.toFile());
    }
    PrintWriterLogger logger = new PrintWriterLogger(new PrintStream(said, true));
    try (InputStream signatures = Files.newInputStream(API_26)) {
      SignatureChecker checker = new SignatureChecker(signatures, own.getPackages(), logger);
      checker.setSourcePath(List.of());
      for (Path each : folders) {
        checker.process(each.toFile());
      }
    }
    return said.toString();
  }
}
