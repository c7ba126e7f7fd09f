package dev.sinter.processor;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A pool alone on a map of 3 × 8 × 11. */
record PoolGeometry(int number, Op.Pool pool) {
  /** In the second and the last, a window of ceil mode would begin behind the map. */
  private static final List<Window> WINDOWS =
      List.of(
          window(2, 3, 2, 3, new Window.Padding(0, 0, 0, 0)),
          window(3, 3, 2, 2, new Window.Padding(1, 1, 1, 1)),
          window(4, 3, 3, 2, new Window.Padding(2, 0, 1, 1)),
          window(2, 2, 3, 4, new Window.Padding(0, 1, 1, 1)));

  /** Each window with each kind of pool, with and without ceil mode. */
  static Stream<PoolGeometry> all() {
    return IntStream.range(0, 6 * WINDOWS.size())
        .mapToObj(
            number -> {
              int way = number / WINDOWS.size();
              Window window = WINDOWS.get(number % WINDOWS.size());
              boolean ceil = way % 2 == 1;
              return new PoolGeometry(
                  number,
                  way < 2
                      ? new Op.Pool(Op.Pool.Kind.MAX, window, ceil, false)
                      : new Op.Pool(Op.Pool.Kind.AVERAGE, window, ceil, way < 4));
            });
  }

  private static Window window(int rows, int columns, int down, int across, Window.Padding p) {
    Window.Pair one = new Window.Pair(1, 1);
    return new Window(new Window.Pair(rows, columns), new Window.Pair(down, across), one, p);
  }

  OnnxTwin twin() {
    OnnxTwin twin = new OnnxTwin("Pool" + number, Shape.of(3, 8, 11));
    return pool.kind() == Op.Pool.Kind.MAX
        ? twin.maxPool("pool", "input", pool).output("pool")
        : twin.averagePool("pool", "input", pool).output("pool");
  }

  @Override
  public String toString() {
    return "Pool" + number + ": " + pool;
  }
}
