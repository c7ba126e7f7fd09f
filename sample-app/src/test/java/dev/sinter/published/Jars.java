package dev.sinter.published;

import static com.google.common.truth.Truth.assertWithMessage;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The published jars, and the JDK's programs that use them: each in a JVM of its own, as processors
 * see the classes of the JVM that javac runs in before those of their path.
 */
final class Jars {
  static final Path RUNTIME = Path.of(System.getProperty("sinter.runtime.jar"));
  static final Path PROCESSOR = Path.of(System.getProperty("sinter.processor.jar"));

  private Jars() {}

  /** A path of several places. */
  static String path(Path... places) {
    return Stream.of(places).map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Compiles all sources below a folder, into the folder, and tells what javac said. */
  static String javac(Path folder, String... options) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("-d", folder.toString()));
    arguments.addAll(List.of(options));
    try (Stream<Path> tree = Files.walk(folder)) {
      tree.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    return run("javac", arguments);
  }

  /** Runs a program, and tells all that it printed. */
  static String java(String... arguments) throws IOException, InterruptedException {
    return run("java", List.of(arguments));
  }

  private static String run(String tool, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", tool).toString());
    command.addAll(arguments);
    return run(command);
  }

  /** Runs any program on this JDK, and tells all that it printed. */
  static String run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process program = builder.start();
    program.getOutputStream().close();
    String said = new String(program.getInputStream().readAllBytes(), UTF_8);
    assertWithMessage("%s", said).that(program.waitFor()).isEqualTo(0);
    return said;
  }
}
