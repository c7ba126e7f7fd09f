package dev.sinter.benchmarks;

import dev.sinter.Model;
import dev.sinter.processor.SafetensorsWriter;
import dev.sinter.processor.SinterProcessor;
import dev.sinter.processor.recipes.SeededWeights;
import dev.sinter.processor.recipes.SeededWeights.Spec;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * A folder in which each {@link Subject} has its weights, a jar of what Sinter makes of it, the
 * same without folds, and its ONNX twin. What is there is used again until the compiler, the
 * runtime or the network changes.
 */
final class Workshop {
  private final Path folder;

  Workshop(Path folder) {
    this.folder = folder;
  }

  /** The one beside the jar of the benchmarks. */
  static Workshop standard() {
    return new Workshop(jar(Workshop.class).resolveSibling("networks"));
  }

  /** The jar, or the folder, that holds a class. */
  static Path jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** The jar of the kernels on the Vector API, if there is one. */
  static Optional<Path> vectorKernels() {
    try (Stream<Path> jars = Files.list(jar(Model.class).toAbsolutePath().getParent())) {
      return jars.filter(jar -> jar.getFileName().toString().startsWith("sinter-runtime-vector"))
          .findFirst();
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  Path folded(Subject subject) {
    return of(subject).resolve("folded.jar");
  }

  Path unfolded(Subject subject) {
    return of(subject).resolve("unfolded.jar");
  }

  /** Folded, and its weights stored in that way. */
  Path stored(Subject subject, String storage) {
    return of(subject).resolve(storage + ".jar");
  }

  /** What the compiler tells of {@link #stored}. */
  Path report(Subject subject, String storage) {
    String network = subject.packageName() + "." + subject.name();
    return of(subject).resolve(storage).resolve(network + ".json");
  }

  Path onnx(Subject subject) {
    return of(subject).resolve("model.onnx");
  }

  private Path of(Subject subject) {
    return folder.resolve(subject.name());
  }

  /** Makes what is not there, or is of another version. */
  void prepare(Subject subject) throws IOException, InterruptedException {
    Path stamp = of(subject).resolve("stamp");
    String version = version(subject);
    if (Files.exists(stamp) && Files.readString(stamp).equals(version)) {
      return;
    }
    delete(of(subject));
    Files.createDirectories(of(subject));
    writeWeights(subject);
    Files.writeString(source(subject), subject.source());
    javac(subject, folded(subject), true, "-Asinter.fold=all");
    javac(subject, unfolded(subject), true, "-Asinter.fold=none");
    if (!Subjects.RECIPES.contains(subject.name()) || Subjects.COMPARED.contains(subject.name())) {
      export(subject);
    }
    Files.writeString(stamp, version);
  }

  /** Makes what {@link #stored} and {@link #report} are, if it is not there, or another version. */
  void prepare(Subject subject, String storage) throws IOException, InterruptedException {
    Subject stored = subject.storedAs(storage);
    Path stamp = of(subject).resolve(storage + ".stamp");
    String version = version(stored);
    if (Files.exists(stamp) && Files.readString(stamp).equals(version)) {
      return;
    }
    Files.createDirectories(of(subject));
    writeWeights(subject);
    Files.writeString(source(subject), stored.source());
    javac(
        subject,
        stored(subject, storage),
        true,
        "-Asinter.report=" + report(subject, storage).getParent(),
        "-Asinter.report.format=json");
    Files.writeString(source(subject), subject.source());
    Files.writeString(stamp, version);
  }

  private void writeWeights(Subject subject) throws IOException {
    Path file = of(subject).resolve(subject.weights());
    if (!subject.tensors().isEmpty()) {
      weights(subject).write(file);
      return;
    }
    try (InputStream trained =
        Workshop.class.getResourceAsStream("/networks/" + subject.weights())) {
      Files.copy(Objects.requireNonNull(trained), file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * The seeded weights without a channel that γ = 0 switches off: folding takes those out, which
   * ONNX Runtime does not, and a trained network has few.
   */
  private static SafetensorsWriter weights(Subject subject) {
    SafetensorsWriter writer = new SafetensorsWriter();
    for (Spec tensor : subject.tensors()) {
      // Left out: the counters of batches, which are integers, and read by nobody.
      if (!tensor.name().endsWith("num_batches_tracked")) {
        float[] values = SeededWeights.values(tensor);
        if (tensor.shape().length == 1 && tensor.name().endsWith(".weight")) {
          for (int i = 0; i < values.length; i++) {
            values[i] = values[i] == 0 ? 0.5f : values[i];
          }
        }
        writer.add(tensor.name(), values, tensor.shape());
      }
    }
    return writer;
  }

  /** Changes with all that decides what is made. */
  private static String version(Subject subject) throws IOException {
    CRC32 crc = new CRC32();
    for (Class<?> type : List.of(Model.class, SinterProcessor.class)) {
      crc.update(Files.readAllBytes(jar(type)));
    }
    for (Class<?> type :
        List.of(Workshop.class, Subjects.class, OnnxNodes.class, SeededWeights.class)) {
      try (InputStream code = type.getResourceAsStream(type.getSimpleName() + ".class")) {
        crc.update(Objects.requireNonNull(code).readAllBytes());
      }
    }
    crc.update(subject.source().getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(crc.getValue());
  }

  private Path source(Subject subject) {
    return of(subject).resolve(subject.name() + ".java");
  }

  /**
   * Runs javac on a network, in a process of its own, as a build does.
   *
   * @param result the jar to make
   * @param processed whether Sinter takes part
   * @return the seconds that javac took
   */
  double javac(Subject subject, Path result, boolean processed, String... options)
      throws IOException, InterruptedException {
    Path classes = of(subject).resolve("classes");
    delete(classes);
    Files.createDirectories(classes);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    command.addAll(List.of("--release", "17", "-nowarn", "-d", classes.toString()));
    command.addAll(List.of("-cp", jar(Model.class).toString()));
    if (processed) {
      String path = System.getProperty("java.class.path");
      command.addAll(
          List.of("-processorpath", path, "-processor", SinterProcessor.class.getName()));
      command.add("-Asinter.weights=" + of(subject));
      command.addAll(List.of(options));
    } else {
      command.add("-proc:none");
    }
    command.add(source(subject).toString());
    File log = of(subject).resolve("javac.log").toFile();
    long start = System.nanoTime();
    int status =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start().waitFor();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (status != 0) {
      throw new IllegalStateException(Files.readString(log.toPath()));
    }
    pack(classes, result);
    delete(classes);
    return seconds;
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
        out.putNextEntry(new ZipEntry(name));
        Files.copy(file, out);
      }
    }
  }

  private void export(Subject subject) {
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    JavaCompiler.CompilationTask task =
        javac.getTask(
            null,
            javac.getStandardFileManager(null, null, null),
            null,
            List.of("-proc:only", "-nowarn", "-cp", jar(Model.class).toString()),
            null,
            javac
                .getStandardFileManager(null, null, null)
                .getJavaFileObjects(source(subject).toFile()));
    task.setProcessors(List.of(new OnnxExport(of(subject), onnx(subject))));
    if (!task.call() || !Files.exists(onnx(subject))) {
      throw new IllegalStateException(subject + " was not exported");
    }
  }

  /** The model in one of the jars. */
  static Model load(Subject subject, Path jar) {
    try {
      // Never closed: the model reads its classes and its resource when it likes.
      URLClassLoader loader =
          new URLClassLoader(new URL[] {jar.toUri().toURL()}, Workshop.class.getClassLoader());
      return (Model) loader.loadClass(subject.generated()).getMethod("load").invoke(null);
    } catch (IOException | ReflectiveOperationException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> files = Files.walk(path)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
