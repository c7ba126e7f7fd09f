package dev.sinter.processor;

import dev.sinter.Model;
import dev.sinter.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures what it takes to compile a network of 40 million parameters, and that it runs. Not a
 * test: it takes minutes, and the figures are the machine's.
 *
 * <pre>{@code
 * mvn -B -q -pl runtime,processor test-compile \
 *     org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath \
 *     -Dmdep.outputFile=target/classpath
 * java -cp processor/target/test-classes:processor/target/classes:$(cat processor/target/classpath) \
 *     dev.sinter.processor.LargeNetworkReport
 * }</pre>
 *
 * <p>The compiler measured is that of the JDK it is run on. Peak memory is read from {@code /proc}.
 */
final class LargeNetworkReport {
  private static final String NAME = "LargeNetwork";
  private static final List<String> HEAPS = List.of("2g", "1500m", "1g", "768m", "512m", "384m");

  private final Random random = new Random(40);
  private final SafetensorsWriter weights = new SafetensorsWriter();
  private final StringBuilder fields = new StringBuilder();
  private final Path folder;
  private long parameters;

  private LargeNetworkReport(Path folder) {
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createTempDirectory("sinter");
    try {
      new LargeNetworkReport(folder).run();
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run() throws Exception {
    write();
    System.out.printf(
        "JDK %s, %d processors%n",
        System.getProperty("java.version"), Runtime.getRuntime().availableProcessors());
    System.out.printf(
        "VGG-16 with batch normalizations and one linear layer: %.2f M parameters%n",
        parameters / 1e6);
    System.out.println("without the processor: " + compile("without", List.of("-proc:none")));
    System.out.println("with it: " + compile("with", List.of()));
    for (String heap : HEAPS) {
      Compilation limited = compile("with" + heap, List.of("-J-Xmx" + heap));
      System.out.println("with it and -Xmx" + heap + ": " + limited);
      if (limited.status() != 0) {
        break;
      }
    }
    sizes(folder.resolve("with"));
    infer(folder.resolve("with"));
  }

  /** The network and its weights. */
  private void write() throws IOException {
    int channels = 3;
    int number = 0;
    for (int[] stage : new int[][] {{64, 2}, {128, 2}, {256, 3}, {512, 3}, {512, 3}}) {
      for (int i = 0; i < stage[1]; i++) {
        convolution(++number, channels, stage[0]);
        channels = stage[0];
      }
      fields.append("  @MaxPool(kernel = 2) Layer pool").append(number).append(";\n");
    }
    fields.append("  @Flatten Layer features;\n  @Linear Layer fc;\n  @Softmax Layer classes;\n");
    int features = channels * 7 * 7;
    gaussian("fc.weight", 0, 1 / Math.sqrt(features), 1000, features);
    gaussian("fc.bias", 0, 0.1, 1000);
    weights.write(folder.resolve(NAME + ".safetensors"));
    Files.writeString(
        folder.resolve(NAME + ".java"),
        """
        import static dev.sinter.Activation.Function.*;
        import dev.sinter.*;
        @Network(input = {3, 224, 224}, weights = "%s.safetensors")
        public class %s {
        %s}
        """
            .formatted(NAME, NAME, fields));
  }

  private void convolution(int number, int in, int out) {
    String conv = "conv" + number;
    String norm = "bn" + number;
    fields
        .append("  @Conv(padding = 1) Layer " + conv + ";\n")
        .append("  @BatchNorm Layer " + norm + ";\n")
        .append("  @Activation(RELU) Layer relu" + number + ";\n");
    gaussian(conv + ".weight", 0, Math.sqrt(2 / (9.0 * in)), out, in, 3, 3);
    gaussian(conv + ".bias", 0, 0.1, out);
    gaussian(norm + ".weight", 1, 0.1, out);
    gaussian(norm + ".bias", 0, 0.1, out);
    gaussian(norm + ".running_mean", 0, 0.1, out);
    gaussian(norm + ".running_var", 1, 0.1, out);
  }

  private void gaussian(String name, double mean, double deviation, int... shape) {
    int size = 1;
    for (int extent : shape) {
      size *= extent;
    }
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
    weights.add(name, values, shape);
    parameters += size;
  }

  /** What a compilation took. */
  private record Compilation(
      int status, double seconds, double cpuSeconds, long kilobytes, String said) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s in %.1f s (%.1f s of processor time), peak resident memory %d MiB%s",
          status == 0 ? "compiled" : "failed",
          seconds,
          cpuSeconds,
          kilobytes / 1024,
          status == 0 ? "" : ": " + said.lines().findFirst().orElse(""));
    }
  }

  /** Runs javac in a process of its own. */
  private Compilation compile(String output, List<String> options)
      throws IOException, InterruptedException {
    Path classes = Files.createDirectory(folder.resolve(output));
    String classPath = System.getProperty("java.class.path");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "javac").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, "-d", classes.toString()));
    if (!options.contains("-proc:none")) {
      command.addAll(
          List.of(
              "-processorpath",
              classPath,
              "-processor",
              SinterProcessor.class.getName(),
              "-s",
              Files.createDirectory(folder.resolve(output + "-sources")).toString(),
              "-Asinter.weights=" + folder));
    }
    command.add(folder.resolve(NAME + ".java").toString());
    Path log = folder.resolve(output + ".log");
    long start = System.nanoTime();
    Process javac =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Duration cpu = Duration.ZERO;
    long peak = 0;
    while (javac.isAlive()) {
      cpu = javac.info().totalCpuDuration().orElse(cpu);
      peak = Math.max(peak, peakKilobytes(javac.pid()));
      Thread.sleep(5);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Compilation(
        javac.waitFor(), seconds, cpu.toMillis() / 1e3, peak, Files.readString(log));
  }

  /** The most memory that a process has had resident, or 0 if it is gone. */
  private static long peakKilobytes(long process) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + process + "/status"))) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException | UncheckedIOException gone) {
      return 0;
    }
  }

  private void sizes(Path classes) throws IOException {
    System.out.printf(
        "classes %,d bytes, resource %,d bytes, generated sources %,d bytes%n",
        bytes(classes, ".class"),
        bytes(classes, ".bin"),
        bytes(folder.resolve("with-sources"), ""));
  }

  private static long bytes(Path folder, String suffix) throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        bytes += file.toString().endsWith(suffix) ? Files.size(file) : 0;
      }
    }
    return bytes;
  }

  private void infer(Path classes) throws Exception {
    float[] image = new float[3 * 224 * 224];
    for (int i = 0; i < image.length; i++) {
      image[i] = (float) random.nextGaussian();
    }
    float[] shares = new float[1000];
    try (URLClassLoader loader = new URLClassLoader(new URL[] {classes.toUri().toURL()})) {
      long start = System.nanoTime();
      Method load = loader.loadClass("Sintered" + NAME).getMethod("load");
      Model model = (Model) load.invoke(null);
      System.out.printf(Locale.ROOT, "loaded in %.2f s: %s%n", seconds(start), model);
      try (Session session = model.newSession()) {
        for (int run = 1; run <= 3; run++) {
          start = System.nanoTime();
          session.run(image, shares);
          System.out.printf(Locale.ROOT, "run %d: %.2f s%n", run, seconds(start));
        }
      }
    }
    double sum = 0;
    for (float share : shares) {
      sum += share;
    }
    System.out.printf(Locale.ROOT, "shares add up to %.6f%n", sum);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
