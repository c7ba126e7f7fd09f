package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;

/**
 * Runs the inner loops that all convolutions share on small maps until they are compiled: before,
 * vectors are objects, and a layer of a real network would take seconds. Once a JVM; whoever comes
 * second waits for the first.
 *
 * <p>One kernel after the other: the first has nothing but products, of all sizes of tiles, which
 * are the slowest while they are not compiled.
 */
final class WarmLoops {
  private static final long MOST_NANOS = 1_000_000_000L; // for a kernel
  private static final int CHANNELS = 32;
  private static final int OUTPUTS = 3 * Gemm.LANES; // a block of two vectors and one of one

  private static boolean warm;

  static synchronized void run() {
    if (warm) {
      return;
    }
    run(1000, kernel(1, CHANNELS, 4, 1, Convolution.Algorithm.DIRECT)); // 12 pixels and 4
    run(200, kernel(3, CHANNELS, 4, 1, Convolution.Algorithm.DIRECT));
    run(200, kernel(3, 3, 8, 2, Convolution.Algorithm.DIRECT)); // narrow
    run(200, kernel(5, 3, 8, 2, Convolution.Algorithm.DIRECT)); // channels that are no vectors
    run(400, kernel(3, CHANNELS, 8, 1, Convolution.Algorithm.WINOGRAD_2));
    run(400, kernel(3, CHANNELS, 8, 1, Convolution.Algorithm.WINOGRAD_4));
    warm = true;
  }

  private static void run(int rounds, Kernel kernel) {
    float[] arena = new float[(CHANNELS + OUTPUTS) * 64];
    Scratch scratch = new Scratch(kernel.scratch());
    long start = System.nanoTime();
    for (int round = 0; round < rounds && System.nanoTime() - start < MOST_NANOS; round++) {
      for (int part = 0; part < kernel.parts(); part++) {
        kernel.run(arena, part, scratch);
      }
    }
  }

  private static Kernel kernel(
      int size, int channels, int side, int stride, Convolution.Algorithm algorithm) {
    Slot input = Slot.of(0, channels, side, side);
    int pad = size / 2;
    return VectorConvolution.of(
        new Convolution(
                input,
                Slot.of(input.size(), OUTPUTS, side / stride, side / stride),
                Window.of(size, size).stride(stride, stride).padding(pad, pad, pad, pad),
                1,
                new float[OUTPUTS * channels * size * size])
            .activation(ActivationFunction.relu())
            .algorithm(algorithm));
  }

  private WarmLoops() {}
}
