package dev.sinter.benchmarks.jmh;

import dev.sinter.benchmarks.Contender;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time of a call. The networks must have been {@link dev.sinter.benchmarks.Main prepared}; a
 * chain of layers is a network too.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class NetworkBenchmark {
  @Param({"ResNet18", "MobileNetV2", "ResNet20", "Tiny"})
  public String network = "";

  @Param({"folded", "unfolded", "onnxruntime"})
  public String contender = "";

  @Param("1")
  public int threads;

  @SuppressWarnings("NullAway.Init") // set before anything reads it
  private Contender chosen;

  @Setup
  public void choose() {
    chosen = Contender.of(contender, network, threads);
  }

  @Benchmark
  public float[][] call() {
    chosen.run();
    return chosen.outputs();
  }

  @TearDown
  public void close() {
    chosen.close();
  }
}
