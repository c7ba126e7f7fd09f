package dev.sinter.benchmarks;

import ai.onnxruntime.OrtEnvironment;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sinter.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Measures, and writes each measurement as a line of JSON as soon as it is there. Modes, all if
 * none is given:
 *
 * <ul>
 *   <li>{@code prepare}: compiles the networks; the others do so too, where it is needed
 *   <li>{@code speed}: folded and ONNX Runtime in turns
 *   <li>{@code folding}: folded and unfolded in turns, every recipe
 *   <li>{@code layers}: chains of one layer, ONNX Runtime, and the processor's peak, in turns
 *   <li>{@code kernels}: each vector kernel's share of the processor's peak
 *   <li>{@code start}: from the start of a JVM to the first result, and its memory
 *   <li>{@code javac}: compiling with Sinter and without
 *   <li>{@code size}: what is shipped
 *   <li>{@code storage}: weights as floats, halves and bytes: size, error, loading, speed
 * </ul>
 */
public final class Main {
  private static final Set<String> MODES =
      Set.of(
          "prepare", "speed", "folding", "layers", "kernels", "start", "javac", "size", "storage");

  private static final String[] STORAGES = {"FLOAT32", "FLOAT16", "INT8"};

  private final Workshop workshop = Workshop.standard();
  private final Options options;

  private Main(Options options) {
    this.options = options;
  }

  /** Arguments: modes, and options as {@link Options} has them. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Options options = new Options(arguments);
    if (!MODES.containsAll(options.modes())) {
      throw new IllegalArgumentException(
          options.modes() + " are no modes; those are " + new TreeSet<>(MODES));
    }
    new Main(options).run();
    System.out.println(Tables.of(options.out()));
  }

  private void run() throws IOException, InterruptedException {
    write("machine", machine());
    if (options.has("prepare")) {
      prepared(Subjects.COMPARED);
      prepared(Subjects.RECIPES);
      prepared(Subjects.LAYERS);
    }
    if (options.has("size")) {
      sizes(prepared(Subjects.COMPARED));
    }
    if (options.has("javac")) {
      javac(prepared(Subjects.COMPARED));
    }
    if (options.has("start")) {
      start(prepared(Subjects.COMPARED));
    }
    if (options.has("speed")) {
      duels("speed", prepared(Subjects.COMPARED), "folded", "onnxruntime");
    }
    if (options.has("folding")) {
      duels("folding", prepared(Subjects.RECIPES), "folded", "unfolded");
    }
    if (options.has("layers")) {
      duels("layers", prepared(Subjects.LAYERS), "folded", "onnxruntime", "peak");
    }
    if (options.has("kernels")) {
      kernels();
    }
    if (options.has("storage")) {
      storage(options.networks(Subjects.STORED).stream().map(Subjects::of).toList());
    }
  }

  private void storage(List<Subject> subjects) throws IOException, InterruptedException {
    for (Subject subject : subjects) {
      for (String storage : STORAGES) {
        workshop.prepare(subject, storage);
        write("storage", StorageFigures.of(workshop, subject, storage));
      }
    }
    for (int launch = 0; launch < options.launches(); launch++) {
      for (Subject subject : subjects) {
        for (Jvm jvm : options.jvms().stream().filter(this::isFirstBackend).toList()) {
          for (String storage : STORAGES) {
            String jar = workshop.stored(subject, storage).toString();
            JsonObject result = jvm.result(LoadTime.class, List.of(subject.name(), jar));
            result.addProperty("network", subject.name());
            result.addProperty("storage", storage);
            write("load", result);
          }
        }
      }
    }
    duels("stored", subjects, STORAGES);
  }

  private void kernels() throws IOException, InterruptedException {
    for (int launch = 0; launch < options.launches(); launch++) {
      for (Jvm jvm : options.jvms()) {
        if (jvm.backend().equals("vector")) {
          write("kernels", jvm.result(KernelRates.class, List.of()));
        }
      }
    }
  }

  /** The networks that a mode measures, compiled. */
  private List<Subject> prepared(List<String> otherwise) throws IOException, InterruptedException {
    List<Subject> subjects = new ArrayList<>();
    for (String name : options.networks(otherwise)) {
      Subject subject = Subjects.of(name);
      workshop.prepare(subject);
      subjects.add(subject);
    }
    return subjects;
  }

  private void duels(String mode, List<Subject> subjects, String... contenders)
      throws IOException, InterruptedException {
    for (int launch = 0; launch < options.launches(); launch++) {
      for (Subject subject : subjects) {
        for (Jvm jvm : options.jvms()) {
          for (String threads : options.threads()) {
            List<String> arguments = new ArrayList<>(List.of(subject.name(), threads));
            arguments.addAll(options.pace());
            arguments.addAll(List.of(contenders));
            JsonObject result = jvm.result(Duel.class, arguments);
            result.addProperty("network", subject.name());
            result.addProperty("backend", kernels(jvm, result, contenders[0]));
            result.addProperty("threads", threads);
            write(mode, result);
          }
        }
      }
    }
  }

  /** The kernels that were asked for and, where the model tells of others, those. */
  private static String kernels(Jvm jvm, JsonObject result, String contender) {
    String used =
        result
            .getAsJsonObject("contenders")
            .getAsJsonObject(contender)
            .get("backend")
            .getAsString();
    return used.equals(jvm.backend()) ? used : jvm.backend() + ": " + used;
  }

  private void start(List<Subject> subjects) throws IOException, InterruptedException {
    Path own = Workshop.jar(Main.class);
    List<Path> runtime = new ArrayList<>(List.of(Workshop.jar(Model.class)));
    Workshop.vectorKernels().ifPresent(runtime::add);
    for (int launch = 0; launch < options.launches(); launch++) {
      for (Subject subject : subjects) {
        for (Jvm jvm : options.jvms()) {
          List<Path> ours = new ArrayList<>(runtime);
          ours.addAll(List.of(workshop.folded(subject), own));
          start(subject, jvm, jvm.backend(), ours, subject.generated());
        }
        for (Jvm jvm : options.jvms().stream().filter(jvm -> isFirstBackend(jvm)).toList()) {
          List<Path> theirs = List.of(Workshop.jar(OrtEnvironment.class), own);
          start(subject, jvm, "onnxruntime", theirs, workshop.onnx(subject).toString());
        }
      }
    }
  }

  /** ONNX Runtime has no backends, so one of them is enough. */
  private boolean isFirstBackend(Jvm jvm) {
    return jvm.backend().equals(options.jvms().get(0).backend());
  }

  private void start(Subject subject, Jvm jvm, String what, List<Path> classPath, String program)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(program));
    subject.input().forEach(extent -> arguments.add(extent.toString()));
    JsonObject result = jvm.firstResult(classPath, arguments);
    result.addProperty("network", subject.name());
    result.addProperty("what", what);
    result.addProperty("java", version(jvm));
    write("start", result);
  }

  /** What a JDK's own file says of its version. */
  private static String version(Jvm jvm) throws IOException {
    return Files.readAllLines(jvm.home().resolve("release")).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .map(line -> line.replaceAll(".*\"(.*)\"", "$1"))
        .findFirst()
        .orElse("?");
  }

  private void javac(List<Subject> subjects) throws IOException, InterruptedException {
    for (int launch = 0; launch < options.launches(); launch++) {
      for (Subject subject : subjects) {
        Path jar = workshop.folded(subject).resolveSibling("timed.jar");
        JsonObject result = new JsonObject();
        result.addProperty("network", subject.name());
        result.addProperty("java", System.getProperty("java.version"));
        result.addProperty("without", workshop.javac(subject, jar, false));
        result.addProperty("with", workshop.javac(subject, jar, true));
        Files.delete(jar);
        write("javac", result);
      }
    }
  }

  private void sizes(List<Subject> subjects) throws IOException {
    Path theirs = Workshop.jar(OrtEnvironment.class);
    size("the runtime", Files.size(Workshop.jar(Model.class)), nativeLibraries(theirs));
    if (Workshop.vectorKernels().isPresent()) {
      size("the vector kernels", Files.size(Workshop.vectorKernels().get()), 0);
    }
    size(
        "the runtime for all platforms", Files.size(Workshop.jar(Model.class)), Files.size(theirs));
    for (Subject subject : subjects) {
      size(
          subject.name(), Files.size(workshop.folded(subject)), Files.size(workshop.onnx(subject)));
    }
  }

  private void size(String what, long ours, long theirs) throws IOException {
    JsonObject size = new JsonObject();
    size.addProperty("what", what);
    size.addProperty("sinter", ours);
    size.addProperty("onnxruntime", theirs);
    write("size", size);
  }

  /** The compressed bytes of a jar that this platform needs. */
  private static long nativeLibraries(Path jar) throws IOException {
    String arm = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x64";
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String platform =
        (os.contains("win") ? "win" : os.contains("mac") ? "osx" : "linux") + "-" + arm;
    try (ZipFile zip = new ZipFile(jar.toFile());
        Stream<? extends ZipEntry> entries = zip.stream()) {
      return entries
          .filter(e -> !e.getName().contains("/native/") || e.getName().contains(platform))
          .mapToLong(ZipEntry::getCompressedSize)
          .sum();
    }
  }

  private static JsonObject machine() throws IOException {
    JsonObject machine = new JsonObject();
    machine.addProperty("processor", processor());
    machine.addProperty("cores", Runtime.getRuntime().availableProcessors());
    machine.addProperty(
        "system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    machine.addProperty("date", LocalDate.now(ZoneOffset.UTC).toString());
    machine.addProperty("peer", "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion());
    return machine;
  }

  private static String processor() throws IOException {
    Path info = Path.of("/proc/cpuinfo");
    if (Files.isReadable(info)) {
      for (String line : Files.readAllLines(info)) {
        if (line.startsWith("model name")) {
          return line.replaceAll(".*: *", "");
        }
      }
    }
    return System.getProperty("os.arch");
  }

  private void write(String kind, JsonObject measured) throws IOException {
    measured.addProperty("kind", kind);
    Files.writeString(
        options.out(),
        measured + System.lineSeparator(),
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    System.err.println(brief(measured));
  }

  /** A measurement without its rounds, for whoever watches. */
  private static JsonObject brief(JsonObject measured) {
    JsonObject brief = measured.deepCopy();
    if (brief.has("contenders")) {
      brief
          .getAsJsonObject("contenders")
          .entrySet()
          .forEach(
              contender -> {
                JsonObject score = contender.getValue().getAsJsonObject();
                JsonArray nanos = score.remove("nanos").getAsJsonArray();
                score.addProperty("millis", Statistics.median(Statistics.numbers(nanos)) / 1e6);
              });
    }
    return brief;
  }
}
