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

/** Eight equal layers, so that one kernel has the time and the profile to itself. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class LayerBenchmark {
  @Param({
    "Conv3x3C64M56",
    "Conv3x3C128M28",
    "Conv3x3C256M14",
    "Conv3x3C512M7",
    "Conv3x3C16M32",
    "Conv3x3C8M28",
    "Conv1x1C32M112",
    "Conv1x1C96M28",
    "Conv1x1C576M14",
    "Depthwise3x3C96M56",
    "Depthwise3x3C576M14"
  })
  public String layer = "";

  @SuppressWarnings("NullAway.Init") // set before anything reads it
  private Contender chain;

  @Setup
  public void load() {
    chain = Contender.of("folded", layer, 1);
  }

  @Benchmark
  public float[][] eight() {
    chain.run();
    return chain.outputs();
  }

  @TearDown
  public void close() {
    chain.close();
  }
}
