package dev.sinter.processor.plan;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;

/**
 * How a convolution is computed. Winograd's F(m × m, 3 × 3) multiplies (m + 2)² times for m²
 * outputs instead of 9·m² times, and pays with three things:
 *
 * <ul>
 *   <li>transforms of each tile, shared by all output channels on the way in and by all input
 *       channels on the way out: with fewer than {@value #FEWEST_CHANNELS} of either they cost more
 *       than they save;
 *   <li>filters of (m + 2)²/9 the size, read once for the whole map: on small maps reading them is
 *       what takes the time, unless they stay in the cache;
 *   <li>tiles that reach over the map's edge, which are computed in vain.
 * </ul>
 *
 * <p>So F(4, 3) is for large maps, and for small ones of whole tiles whose filters stay in the
 * cache; F(2, 3) for those between. What is said here of sizes was measured on one x86-64 machine
 * with vectors of 512 bits, with filters in a cache and with filters from memory, and is the same
 * on JDK 17 and 25; the figures lie between the sizes of maps that networks have.
 */
public enum Algorithm {
  /** The sum as it is written. */
  DIRECT(""),
  /** Winograd's F(2 × 2, 3 × 3). */
  WINOGRAD_2(", by Winograd's F(2, 3)"),
  /** Winograd's F(4 × 4, 3 × 3). */
  WINOGRAD_4(", by Winograd's F(4, 3)");

  private static final int FEWEST_CHANNELS = 16;

  /** Rows and columns from which on F(4, 3) is faster, and F(2, 3). */
  private static final int LARGE = 28;

  private static final int MEDIUM = 14;

  /** Rows and columns of the smallest maps of whole tiles. */
  private static final int SMALL = 8;

  /** Floats that stay in a core's second cache, of 1 MiB or more. */
  private static final long CACHED = 1 << 18;

  private final String words;

  Algorithm(String words) {
    this.words = words;
  }

  /** For the end of a description, empty for the plain way. */
  public String words() {
    return words;
  }

  /**
   * The fastest.
   *
   * @param output the shape of the result
   */
  static Algorithm of(Op.Conv conv, Shape output) {
    int inputs = conv.weight().shape().extent(1);
    if (!isMinimal(conv) || Math.min(inputs, conv.outputs()) < FEWEST_CHANNELS) {
      return DIRECT;
    }
    int side = Math.min(output.height(), output.width());
    boolean wholeTiles = output.height() % 4 == 0 && output.width() % 4 == 0;
    boolean cached = 36L * inputs * conv.outputs() <= CACHED;
    if (side >= LARGE || (side >= SMALL && wholeTiles && cached)) {
      return WINOGRAD_4;
    }
    return side >= MEDIUM ? WINOGRAD_2 : DIRECT;
  }

  /** Whether it is a convolution that Winograd's minimal filtering computes. */
  private static boolean isMinimal(Op.Conv conv) {
    Window window = conv.window();
    Window.Pair one = new Window.Pair(1, 1);
    return conv.groups() == 1
        && conv.padValue() == null
        && (conv.bias() == null || conv.bias().size() == conv.outputs())
        && window.kernel().equals(new Window.Pair(3, 3))
        && window.stride().equals(one)
        && window.dilation().equals(one);
  }
}
