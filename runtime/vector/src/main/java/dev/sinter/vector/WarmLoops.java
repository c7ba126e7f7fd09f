package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;

/**
 * Runs the inner loops that all convolutions share on small maps until they are compiled: before,
 * vectors are objects, and a layer of a real network would take seconds. Once a JVM; whoever comes
 * second waits for the first.
 */
final class WarmLoops {
  private static final long MOST_NANOS = 2_000_000_000L;
  private static final int ROUNDS = 300;
  private static final int CHANNELS = 32;
  private static final int SIDE = 8;

  private static boolean warm;

  static synchronized void run() {
    if (warm) {
      return;
    }
    Kernel[] kernels = {
      kernel(1, CHANNELS, 1, Convolution.Algorithm.DIRECT),
      kernel(3, CHANNELS, 1, Convolution.Algorithm.DIRECT),
      kernel(3, 3, 2, Convolution.Algorithm.DIRECT),
      kernel(3, CHANNELS, 1, Convolution.Algorithm.WINOGRAD_2),
      kernel(3, CHANNELS, 1, Convolution.Algorithm.WINOGRAD_4)
    };
    ScratchSize size = ScratchSize.NONE;
    for (Kernel kernel : kernels) {
      size = size.max(kernel.scratch());
    }
    Scratch scratch = new Scratch(size);
    float[] arena = new float[2 * CHANNELS * SIDE * SIDE];
    long start = System.nanoTime();
    for (int round = 0; round < ROUNDS && System.nanoTime() - start < MOST_NANOS; round++) {
      for (Kernel kernel : kernels) {
        for (int part = 0; part < kernel.parts(); part++) {
          kernel.run(arena, part, scratch);
        }
      }
    }
    warm = true;
  }

  private static Kernel kernel(
      int size, int channels, int stride, Convolution.Algorithm algorithm) {
    int side = SIDE / stride;
    int pad = size / 2;
    return VectorConvolution.of(
        new Convolution(
                Slot.of(0, channels, SIDE, SIDE),
                Slot.of(CHANNELS * SIDE * SIDE, CHANNELS, side, side),
                Window.of(size, size).stride(stride, stride).padding(pad, pad, pad, pad),
                1,
                new float[CHANNELS * channels * size * size])
            .activation(ActivationFunction.relu())
            .algorithm(algorithm));
  }

  private WarmLoops() {}
}
