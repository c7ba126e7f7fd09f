package dev.sinter.benchmarks;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Backend;
import dev.sinter.kernel.BackendProvider;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.ServiceLoader;

/**
 * How near to the processor's peak the vector kernels come, each by itself, and whether the JIT
 * boxes their vectors: collections a second; and what subnormal numbers cost. The result is one
 * line of JSON, the last that is printed.
 *
 * <p>What counts is the multiplications that the algorithm has: ¼ and 4/9 of the direct sum's for
 * Winograd's F(4, 3) and F(2, 3).
 */
final class KernelRates {
  private static final long WARM_UP_NANOS = 600_000_000;
  private static final long NANOS = 300_000_000;

  private record Layer(int in, int out, int side, int kernel, int stride, int m) {
    @Override
    public String toString() {
      String how = m == 0 ? "" : " F(" + m + ",3)";
      String step = stride == 1 ? "" : " stride " + stride;
      return in + " to " + out + ", " + side + "²" + ", " + kernel + "×" + kernel + step + how;
    }

    /** With a bias and ReLU. */
    Convolution convolution(Slot input, Slot output) {
      float[] weights = new float[in * out * kernel * kernel];
      fill(weights);
      int pad = kernel / 2;
      return new Convolution(
              input,
              output,
              Window.of(kernel, kernel).stride(stride, stride).padding(pad, pad, pad, pad),
              1,
              weights)
          .activation(ActivationFunction.relu())
          .algorithm(
              m == 0
                  ? Convolution.Algorithm.DIRECT
                  : m == 2 ? Convolution.Algorithm.WINOGRAD_2 : Convolution.Algorithm.WINOGRAD_4);
    }

    double products() {
      double direct = (double) in * out * side * side * kernel * kernel;
      return m == 0 ? direct : direct * (m + 2) * (m + 2) / (9 * m * m);
    }
  }

  /** ResNet-18, MobileNetV2, ResNet-20. */
  private static final List<Layer> LAYERS =
      List.of(
          new Layer(3, 64, 112, 7, 2, 0),
          new Layer(64, 64, 56, 3, 1, 4),
          new Layer(64, 128, 28, 3, 2, 0),
          new Layer(128, 128, 28, 3, 1, 4),
          new Layer(128, 256, 14, 3, 2, 0),
          new Layer(256, 256, 14, 3, 1, 2),
          new Layer(256, 512, 7, 3, 2, 0),
          new Layer(512, 512, 7, 3, 1, 0),
          new Layer(32, 16, 112, 1, 1, 0),
          new Layer(16, 96, 112, 1, 1, 0),
          new Layer(96, 24, 56, 1, 1, 0),
          new Layer(24, 144, 56, 1, 1, 0),
          new Layer(144, 32, 28, 1, 1, 0),
          new Layer(32, 192, 28, 1, 1, 0),
          new Layer(64, 384, 14, 1, 1, 0),
          new Layer(576, 96, 14, 1, 1, 0),
          new Layer(960, 160, 7, 1, 1, 0),
          new Layer(3, 16, 32, 3, 1, 0),
          new Layer(16, 16, 32, 3, 1, 4),
          new Layer(32, 32, 16, 3, 1, 4),
          new Layer(64, 64, 8, 3, 1, 4));

  private KernelRates() {}

  /** No arguments. */
  public static void main(String[] arguments) {
    Backend backend =
        ServiceLoader.load(BackendProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(provider -> provider.obstacle() == null)
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("There are no vector kernels."))
            .backend();
    PeakContender peak = new PeakContender();
    shortest(peak::run, WARM_UP_NANOS);
    double most = PeakContender.macs() / (double) shortest(peak::run, WARM_UP_NANOS);
    JsonArray rates = new JsonArray();
    for (Layer layer : LAYERS) {
      rates.add(rate(backend, layer, most));
    }
    JsonObject result = new JsonObject();
    result.addProperty("java", System.getProperty("java.version"));
    result.add("rates", rates);
    System.out.println(result);
  }

  private static JsonObject rate(Backend backend, Layer layer, double most) {
    int side = layer.side() * layer.stride();
    Slot input = Slot.of(0, layer.in(), side, side);
    Slot output = Slot.of(input.size(), layer.out(), layer.side(), layer.side());
    float[] arena = new float[input.size() + output.size()];
    fill(arena);
    Kernel kernel = backend.convolution(layer.convolution(input, output));
    Scratch scratch = new Scratch(kernel.scratch());
    Runnable run =
        () -> {
          for (int part = 0; part < kernel.parts(); part++) {
            kernel.run(arena, part, scratch);
          }
        };
    shortest(run, WARM_UP_NANOS);
    long before = collections();
    long nanos = shortest(run, NANOS);
    double collections = (collections() - before) * 1e9 / NANOS;
    JsonObject rate = new JsonObject();
    rate.addProperty("layer", layer.toString());
    rate.addProperty("micros", nanos / 1e3);
    rate.addProperty("share", layer.products() / nanos / most);
    rate.addProperty("collectionsPerSecond", collections);
    rate.addProperty("subnormal", slowdown(kernel, arena, input));
    Kernel scalar = Backend.scalar().convolution(layer.convolution(input, output));
    fill(arena);
    rate.addProperty("subnormalScalar", slowdown(scalar, arena, input));
    return rate;
  }

  /** How many times as long a kernel takes if its input is all subnormal, as its sums are then. */
  private static double slowdown(Kernel kernel, float[] arena, Slot input) {
    Scratch scratch = new Scratch(kernel.scratch());
    Runnable run =
        () -> {
          for (int part = 0; part < kernel.parts(); part++) {
            kernel.run(arena, part, scratch);
          }
        };
    shortest(run, NANOS);
    long normal = shortest(run, NANOS / 3);
    for (int i = 0; i < input.size(); i++) {
      arena[i] *= 1e-40f;
    }
    return shortest(run, NANOS / 3) / (double) normal;
  }

  private static long shortest(Runnable run, long nanos) {
    long shortest = Long.MAX_VALUE;
    long end = System.nanoTime() + nanos;
    for (long start = System.nanoTime(); start < end; ) {
      run.run();
      long now = System.nanoTime();
      shortest = Math.min(shortest, now - start);
      start = now;
    }
    return shortest;
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  private static void fill(float[] values) {
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
  }
}
