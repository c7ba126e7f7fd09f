package dev.sinter.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Starts Java programs of the benchmarks, each in a JVM of its own.
 *
 * @param home the JDK
 * @param backend the kernels to use; {@code default} leaves the choice to the runtime
 */
record Jvm(Path home, String backend) {
  /** Runs a program with all that the benchmarks have, and reads the last line it prints. */
  JsonObject result(Class<?> program, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = command(System.getProperty("java.class.path"), program, arguments);
    Process process = start(command);
    String last = "";
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
      }
    }
    require(process, command);
    return new Gson().fromJson(last, JsonObject.class);
  }

  /** What {@link FirstResult} took, and needed. */
  JsonObject firstResult(List<Path> classPath, List<String> arguments)
      throws IOException, InterruptedException {
    String path =
        classPath.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    List<String> command = command(path, FirstResult.class, arguments);
    long start = System.nanoTime();
    Process process = start(command);
    JsonObject result = new JsonObject();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals("first")) {
          result.addProperty("seconds", (System.nanoTime() - start) / 1e9);
        } else if (line.matches("\\d+")) {
          result.addProperty("kilobytes", Long.parseLong(line));
        }
      }
    }
    require(process, command);
    return result;
  }

  private List<String> command(String classPath, Class<?> program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("java").toString());
    command.addAll(Arrays.asList("-cp", classPath));
    if (!backend.equals("default")) {
      command.add("-Dsinter.backend=" + backend);
    }
    if (!backend.equals("scalar") || arguments.contains("peak")) {
      command.addAll(List.of("--add-modules", "jdk.incubator.vector"));
    }
    command.add(program.getName());
    command.addAll(arguments);
    return command;
  }

  private static Process start(List<String> command) throws IOException {
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void require(Process process, List<String> command) throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException(String.join(" ", command) + " failed");
    }
  }
}
