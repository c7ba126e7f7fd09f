package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Op.Rearrange.Place;
import dev.sinter.processor.ir.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Finds the tables of a rearrangement, if there are such. */
final class Rearrangement {
  /** What a table may have: it is a constant of the network. */
  private static final int LONGEST = 1 << 20;

  private final Shape base;
  private final IntUnaryOperator from;

  private Rearrangement(Shape base, IntUnaryOperator from) {
    this.base = base;
    this.from = from;
  }

  /**
   * The operator that makes a value of another.
   *
   * @param base the shape of what it reads
   * @param from where each element of the result stands there
   */
  static Optional<Op.Rearrange> find(Shape base, Shape result, IntUnaryOperator from) {
    return new Rearrangement(base, from).find(result);
  }

  private Optional<Op.Rearrange> find(Shape result) {
    int plane = (int) result.plane();
    int width = result.width();
    int height = result.height();
    if (Math.max(result.channels(), Math.max(height, width)) > LONGEST) {
      return Optional.empty();
    }
    int[] rowChannels = shifts(height, width, true);
    int[] rowPositions = shifts(height, width, false);
    int[] columnChannels = shifts(width, 1, true);
    int[] columnPositions = shifts(width, 1, false);
    int leastChannel = least(rowChannels) + least(columnChannels);
    int leastPosition = least(rowPositions) + least(columnPositions);
    Place[] channels = new Place[result.channels()];
    for (int c = 0; c < channels.length; c++) {
      channels[c] =
          new Place(part(c * plane, true) + leastChannel, part(c * plane, false) + leastPosition);
    }
    Place[] rows = places(rowChannels, rowPositions);
    Place[] columns = places(columnChannels, columnPositions);
    for (int i = 0; i < result.size(); i++) {
      Place c = channels[i / plane];
      Place row = rows[i / width % height];
      Place column = columns[i % width];
      if (c.channel() + row.channel() + column.channel() != part(i, true)
          || c.position() + row.position() + column.position() != part(i, false)) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new Op.Rearrange(result, List.of(channels), List.of(rows), List.of(columns)));
  }

  /** How much further than the first element those a step apart are. */
  private int[] shifts(int count, int step, boolean channel) {
    return IntStream.range(0, count).map(i -> part(i * step, channel) - part(0, channel)).toArray();
  }

  /** The channel or the position that an element of the result is from. */
  private int part(int element, boolean channel) {
    int index = from.applyAsInt(element);
    int plane = (int) base.plane();
    return channel ? index / plane : index % plane;
  }

  private static int least(int... shifts) {
    return Arrays.stream(shifts).min().orElse(0);
  }

  private static Place[] places(int[] channels, int[] positions) {
    int leastChannel = least(channels);
    int leastPosition = least(positions);
    return IntStream.range(0, channels.length)
        .mapToObj(i -> new Place(channels[i] - leastChannel, positions[i] - leastPosition))
        .toArray(Place[]::new);
  }
}
