package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.onnx.ModelReader;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.Containers;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.Place;
import dev.sinter.processor.weights.Source;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Readers are total: whatever the bytes are, they give tensors or a graph, or one complaint, in
 * bounded time and memory. Files that real programs wrote are damaged at random; what once did harm
 * is kept in {@code src/test/kept/readers} and read again.
 *
 * <p>Here always the same damage for a second or two. {@code -Dsinter.fuzz=60} does other damage
 * for 60 seconds each reader. A file that does harm is written to {@code target/fuzz}.
 *
 * <p>Not Jazzer: its coverage takes a fuzzer past magic numbers and checksums, which {@link
 * Mutator} does by mending them, and it is 9 MB with native libraries for some platforms.
 */
final class FuzzTest {
  private static final int RUNS = 3_000;

  /**
   * Of the thread, for one file of at most 100 KB. The slowest honest one takes a few milliseconds,
   * and a reader that is quadratic in 100 KB takes 10¹⁰ steps.
   */
  private static final long NANOSECONDS = 2_000_000_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A reader, and which files are its own. */
  enum Reader {
    SAFETENSORS(".safetensors"),
    NPY(".npy"),
    NPZ(".npz"),
    PYTORCH(".pt", ".pth"),
    ONNX_TENSORS(".onnx"),
    ONNX_MODEL(".onnx"),
    HDF5(".h5");

    private final List<String> endings;

    Reader(String... endings) {
      this.endings = List.of(endings);
    }

    List<byte[]> corpus() throws IOException {
      List<byte[]> corpus = new ArrayList<>();
      for (String folder : List.of("resources/dev/sinter/processor/weights", "onnx", "goldens")) {
        try (Stream<Path> files = Files.walk(Path.of("src/test", folder))) {
          for (Path file : files.filter(this::takes).sorted().limit(40).toList()) {
            corpus.add(Files.readAllBytes(file));
          }
        }
      }
      return corpus;
    }

    private boolean takes(Path file) {
      return endings.stream().anyMatch(file.toString()::endsWith) && file.toFile().length() > 0;
    }

    /**
     * Reads all that there is; a complaint is an answer, and anything else is none.
     *
     * @return for a model the elements of its values, which a small file may ask for
     */
    long read(byte[] bytes) {
      if (this == ONNX_MODEL) {
        return readModel(bytes);
      }
      String name = "w" + endings.get(0);
      Source source =
          this == NPY
              ? Source.folder("w", new TreeMap<>(Map.of("a.npy", bytes)))
              : Source.file(name, bytes);
      try {
        Container container = Containers.open(source).orElseThrow();
        for (String tensor : container.names()) {
          readTensor(container, tensor);
        }
      } catch (MalformedContainer complaint) {
        check(complaint);
      }
      return 0;
    }

    private static void readTensor(Container container, String tensor) {
      try {
        container.read(tensor);
      } catch (MalformedContainer complaint) {
        check(complaint);
      }
    }

    private static void check(MalformedContainer complaint) {
      assertThat(complaint.position()).isAtLeast(0L);
      assertThat(complaint.file()).startsWith("w");
      assertThat(complaint).hasMessageThat().isNotEmpty();
      assertThat(complaint.getMessage().length()).isAtMost(501);
    }

    private static long readModel(byte[] bytes) {
      Diagnostics found = new Diagnostics();
      Optional<Graph> graph =
          new ModelReader("m.onnx", Location.NOWHERE, found)
              .read(
                  new Locator(List.of(holding(bytes)), ""), List.of(), Location.NOWHERE, List.of());
      assertThat(graph.isPresent()).isEqualTo(!found.hasErrors());
      return graph.stream()
          .flatMap(read -> read.nodes().stream())
          .mapToLong(node -> node.shape().size())
          .sum();
    }

    private static Place holding(byte[] bytes) {
      return new Place() {
        @Override
        public Optional<Source> find(String path) {
          return path.equals("m.onnx") ? Optional.of(Source.file(path, bytes)) : Optional.empty();
        }

        @Override
        public String describe(String path) {
          return path;
        }
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void kept(Reader reader) throws IOException {
    Path folder = Path.of("src/test/kept/readers", reader.name());
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.sorted().toList()) {
          read(reader, Files.readAllBytes(file));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anyDamage(Reader reader) throws IOException {
    Integer seconds = Integer.getInteger("sinter.fuzz");
    long seed = seconds == null ? 1 : System.nanoTime();
    Mutator mutator = new Mutator(new Random(seed), reader.corpus());
    long end = System.nanoTime() + (seconds == null ? 0 : seconds * 1_000_000_000L);
    long runs = 0;
    while (seconds == null ? runs < RUNS : System.nanoTime() < end) {
      read(reader, mutator.next());
      runs++;
    }
    if (seconds != null) {
      System.out.println(reader + ": " + runs + " files, seed " + seed);
    }
  }

  private static void read(Reader reader, byte[] bytes) throws IOException {
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long time = THREADS.getCurrentThreadCpuTime();
    Throwable harm = null;
    long elements = 0;
    try {
      elements = reader.read(bytes);
    } catch (RuntimeException | Error defect) {
      harm = defect;
    }
    time = THREADS.getCurrentThreadCpuTime() - time;
    allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
    // What compresses best becomes a hundred times as large, and then doubles of its bytes. Of a
    // model, each element may be numbered a few times, and gone through.
    long most = 16_000_000 + 8L * 2 * 100 * bytes.length + 64 * elements;
    if (harm != null || time > NANOSECONDS + 200 * elements || allocated > most) {
      Path file = Path.of("target/fuzz/" + reader + "-" + System.nanoTime());
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
      throw new AssertionError(
          file + ": " + time / 1_000_000 + " ms, " + allocated + " bytes of memory", harm);
    }
  }
}
