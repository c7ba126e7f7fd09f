package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Convolution;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;

/**
 * Runs the inner loops that convolutions of a kind share on small maps until they are compiled:
 * before, vectors are objects, and a layer of a real network would take seconds and gigabytes of
 * them. Each kind once a JVM; whoever comes second waits for the first.
 *
 * <p>It runs for a while, then waits for a while: HotSpot compiles in the background what ran often
 * enough, and meanwhile every further round would only fill the heap, by 200 kB.
 */
final class WarmLoops {
  private static final long MOST_NANOS = 8_000_000_000L; // for a kernel
  private static final int FEW = 80; // rounds, in which HotSpot gets to know the operations
  private static final int ENOUGH = 800; // rounds, after which HotSpot knows what to compile
  private static final int WARM = 4; // products in a nanosecond: more than uncompiled code does
  private static final int FAST = 10; // such rounds in a row
  private static final int CHANNELS = 24;
  private static final int OUTPUTS = 3 * Gemm.LANES; // a block of two vectors and one of one

  /** The loops of a kind. One kernel after the other; the first are the slowest. */
  private enum Kind {
    /** Nothing but products, of all sizes of tiles: 12 pixels, 4 and 13. */
    TILES {
      @Override
      void warm() {
        run(kernel(1, CHANNELS, 4, 1, Convolution.Algorithm.DIRECT));
        run(kernel(1, CHANNELS, 5, 1, Convolution.Algorithm.DIRECT));
      }
    },
    DIRECT {
      @Override
      void warm() {
        run(kernel(3, CHANNELS, 4, 1, Convolution.Algorithm.DIRECT));
        run(kernel(5, 3, 8, 2, Convolution.Algorithm.DIRECT)); // channels that are no vectors
      }
    },
    NARROW {
      @Override
      void warm() {
        run(kernel(3, 3, 8, 1, Convolution.Algorithm.DIRECT));
      }
    },
    WINOGRAD_2 {
      @Override
      void warm() {
        run(kernel(3, CHANNELS, 8, 1, Convolution.Algorithm.WINOGRAD_2));
      }
    },
    WINOGRAD_4 {
      @Override
      void warm() {
        run(kernel(3, CHANNELS, 8, 1, Convolution.Algorithm.WINOGRAD_4));
      }
    };

    private boolean warm;

    abstract void warm();

    final void once() {
      if (!warm) {
        warm();
        warm = true;
      }
    }
  }

  /** Warms what a kernel shares with others. */
  static synchronized void run(Kernel kernel) {
    WarmOperations.once();
    if (kernel instanceof NarrowConvolution) {
      Kind.NARROW.once();
    } else if (kernel instanceof VectorConvolution) {
      Kind.TILES.once();
      Kind.DIRECT.once();
    } else if (kernel instanceof WinogradConvolution) {
      Kind.TILES.once();
      (((WinogradConvolution) kernel).m == 2 ? Kind.WINOGRAD_2 : Kind.WINOGRAD_4).once();
    }
  }

  /** Runs a kernel until it is fast, or for so long that it will not be. */
  private static void run(Convolution convolution) {
    Kernel kernel = VectorConvolution.of(convolution);
    float[] arena = new float[convolution.input().size() + convolution.output().size()];
    Scratch scratch = new Scratch(kernel.scratch());
    long products = (long) convolution.output().positions() * convolution.weights().length;
    long start = System.nanoTime();
    int fast = 0;
    for (int round = 1; fast < FAST && System.nanoTime() - start < MOST_NANOS; round++) {
      long begun = System.nanoTime();
      for (int part = 0; part < kernel.parts(); part++) {
        kernel.run(arena, part, scratch);
      }
      fast = (System.nanoTime() - begun) * WARM > products ? 0 : fast + 1;
      if (fast == 0) {
        pause(round);
      }
    }
  }

  /**
   * Waits after some rounds: first for the operations on vectors to be compiled, whose long queue
   * would have HotSpot compile the loops in a way that is never followed by another; then, once the
   * loops ran often enough, for these.
   */
  private static void pause(int round) {
    int millis =
        round < FEW
            ? (round % 10 == 0 ? 20 : 0)
            : round == FEW
                ? 500
                : round < ENOUGH ? (round % 50 == 0 ? 10 : 0) : round % 25 == 0 ? 40 : 0;
    if (millis == 0) {
      return;
    }
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      // Nobody has a reason to; then it goes on sooner.
    }
  }

  private static Convolution kernel(
      int size, int channels, int side, int stride, Convolution.Algorithm algorithm) {
    Slot input = Slot.of(0, channels, side, side);
    int outputs = algorithm == Convolution.Algorithm.DIRECT ? OUTPUTS : 2 * Gemm.LANES;
    int pad = size / 2;
    return new Convolution(
            input,
            Slot.of(input.size(), outputs, side / stride, side / stride),
            Window.of(size, size).stride(stride, stride).padding(pad, pad, pad, pad),
            1,
            new float[outputs * channels * size * size])
        .activation(ActivationFunction.relu())
        .algorithm(algorithm);
  }

  private WarmLoops() {}
}
