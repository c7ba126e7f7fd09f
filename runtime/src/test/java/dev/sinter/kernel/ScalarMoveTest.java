package dev.sinter.kernel;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Kernels that put elements elsewhere. */
final class ScalarMoveTest {
  private static final ScalarBackend SCALAR = new ScalarBackend();

  private final Random random = new Random(9);

  @Test
  void concatKeepsTheOrder() {
    for (int round = 0; round < 200; round++) {
      int height = extent();
      int width = extent();
      int count = 1 + random.nextInt(4);
      Slot[] inputs = new Slot[count];
      float[][] values = new float[count][];
      int channels = 0;
      Rig rig = new Rig(random.nextLong());
      for (int k = 0; k < count; k++) {
        int own = extent();
        inputs[k] = rig.slot(own, height, width);
        values[k] = Rig.gaussian(random, inputs[k].size());
        channels += own;
      }
      Slot y = rig.slot(channels, height, width);

      float[] found = Rig.run(SCALAR.concat(inputs, y), y, inputs, values);

      int at = 0;
      for (float[] value : values) {
        for (float element : value) {
          assertThat(found[at++]).isEqualTo(element);
        }
      }
      assertThat(at).isEqualTo(found.length);
    }
  }

  /** The second of four is there already, and is the last, too. */
  @Test
  void concatLeavesWhatIsInItsPlace() {
    Slot y = Slot.of(1, 6, 1, 2).pixelStride(7);
    Slot second = Slot.of(2, 2, 1, 2).pixelStride(7);
    Slot first = Slot.of(15, 1, 1, 2);
    Slot[] inputs = {first, second, first, second};
    float[] arena = new float[17];
    first.store(new float[] {1, 2}, 0, arena);
    second.store(new float[] {3, 4, 5, 6}, 0, arena);

    Kernel kernel = SCALAR.concat(inputs, y);
    kernel.run(arena, 0, new Scratch(kernel.scratch()));

    float[] found = new float[y.size()];
    y.load(arena, found, 0);
    assertThat(found).isEqualTo(new float[] {1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6});
  }

  @Test
  void sliceOfEachAxis() {
    for (int round = 0; round < 2000; round++) {
      int[] from = {extent(), extent(), extent()};
      int axis = random.nextInt(3);
      int start = random.nextInt(from[axis]);
      int step = 1 + random.nextInt(3);
      int[] to = from.clone();
      to[axis] = 1 + random.nextInt((from[axis] - start - 1) / step + 1);
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(from[0], from[1], from[2]);
      Slot y = rig.slot(to[0], to[1], to[2]);
      float[] values = Rig.gaussian(random, x.size());

      float[] found = Rig.run(SCALAR.slice(x, y, axis, start, step), y, x, values);

      for (int i = 0; i < found.length; i++) {
        int[] index = index(y, i);
        index[axis] = start + step * index[axis];
        assertWithMessage("axis %s from %s by %s: %s", axis, start, step, i)
            .that(found[i])
            .isEqualTo(values[at(x, index)]);
      }
    }
  }

  @Test
  void reshapeKeepsTheOrder() {
    for (int round = 0; round < 300; round++) {
      int[] extents = {extent(), extent(), extent()};
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(extents[0], extents[1], extents[2]);
      int turn = random.nextInt(3);
      Slot y = rig.slot(extents[turn], extents[(turn + 1) % 3], extents[(turn + 2) % 3]);
      float[] values = Rig.gaussian(random, x.size());
      assertThat(Rig.run(SCALAR.reshape(x, y), y, x, values)).isEqualTo(values);
    }
  }

  @Test
  void channelShuffleTransposes() {
    for (int groups = 1; groups <= 5; groups++) {
      for (int size = 1; size <= 4; size++) {
        Rig rig = new Rig(random.nextLong());
        Slot x = rig.slot(groups * size, extent(), extent());
        Slot y = rig.slot(x.channels(), x.height(), x.width());
        float[] values = Rig.gaussian(random, x.size());

        float[] found = Rig.run(SCALAR.channelShuffle(x, y, groups), y, x, values);

        for (int i = 0; i < values.length; i++) {
          int[] index = index(x, i);
          index[0] = index[0] % size * groups + index[0] / size;
          assertWithMessage("%s groups of %s: %s", groups, size, i)
              .that(found[at(y, index)])
              .isEqualTo(values[i]);
        }
      }
    }
  }

  @Test
  void padSurrounds() {
    for (int round = 0; round < 1000; round++) {
      int[] before = {random.nextInt(3), random.nextInt(3), random.nextInt(3)};
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(extent(), extent(), extent());
      Slot y =
          rig.slot(
              before[0] + x.channels() + random.nextInt(3),
              before[1] + x.height() + random.nextInt(3),
              before[2] + x.width() + random.nextInt(3));
      float[] values = Rig.gaussian(random, x.size());

      float[] found =
          Rig.run(SCALAR.pad(x, y, before[0], before[1], before[2], 7.5f), y, x, values);

      int[] extents = {x.channels(), x.height(), x.width()};
      for (int i = 0; i < found.length; i++) {
        int[] index = index(y, i);
        boolean inside = true;
        for (int axis = 0; axis < 3; axis++) {
          index[axis] -= before[axis];
          inside &= index[axis] >= 0 && index[axis] < extents[axis];
        }
        assertThat(found[i]).isEqualTo(inside ? values[at(x, index)] : 7.5f);
      }
    }
  }

  @Test
  void nearestTakesTheElementBefore() {
    for (int round = 0; round < 1000; round++) {
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(1 + random.nextInt(3), extent(), extent());
      Slot y = rig.slot(x.channels(), extent(), extent());
      float[] values = Rig.gaussian(random, x.size());

      float[] found = Rig.run(SCALAR.upsampleNearest(x, y), y, x, values);

      for (int i = 0; i < found.length; i++) {
        int[] index = index(y, i);
        // Exact: for these extents the rounding of the quotient changes no index.
        index[1] = index[1] * x.height() / y.height();
        index[2] = index[2] * x.width() / y.width();
        assertWithMessage("%sx%s to %sx%s: %s", x.height(), x.width(), y.height(), y.width(), i)
            .that(found[i])
            .isEqualTo(values[at(x, index)]);
      }
    }
  }

  /** How often each element comes is PyTorch's answer for float32: 41·(1/41) is less than 1. */
  @Test
  void nearestRoundsAsPyTorch() {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.slot(1, 1, 3);
    Slot y = rig.slot(1, 1, 123);
    int[] counts = new int[3];
    for (float element : Rig.run(SCALAR.upsampleNearest(x, y), y, x, new float[] {0, 1, 2})) {
      counts[(int) element]++;
    }
    assertThat(counts).isEqualTo(new int[] {42, 41, 40});
  }

  /**
   * Against a sum of hats, which needs no case for the borders. Each share and each of the two
   * factors are rounded, and the two products and the sum, on either axis: 2·5 roundings; each
   * share is off by 2⁻²⁴ at most, relative to 1.
   */
  @Test
  void bilinearLiesBetween() {
    for (int round = 0; round < 1000; round++) {
      boolean aligned = random.nextBoolean();
      Rig rig = new Rig(random.nextLong());
      Slot x = rig.slot(1 + random.nextInt(3), extent(), extent());
      Slot y = rig.slot(x.channels(), extent(), extent());
      float[] values = Rig.gaussian(random, x.size());
      double largest = 0;
      for (float value : values) {
        largest = Math.max(largest, Math.abs(value));
      }

      float[] found = Rig.run(SCALAR.upsampleBilinear(x, y, aligned), y, x, values);

      for (int i = 0; i < found.length; i++) {
        int[] index = index(y, i);
        double h = position(index[1], x.height(), y.height(), aligned);
        double w = position(index[2], x.width(), y.width(), aligned);
        double sum = 0;
        for (int row = 0; row < x.height(); row++) {
          for (int column = 0; column < x.width(); column++) {
            double hat = Math.max(0, 1 - Math.abs(h - row)) * Math.max(0, 1 - Math.abs(w - column));
            sum += hat * values[at(x, new int[] {index[0], row, column})];
          }
        }
        assertWithMessage(
                "%sx%s to %sx%s, aligned %s: %s",
                x.height(), x.width(), y.height(), y.width(), aligned, i)
            .that((double) found[i])
            .isWithin(12 * 0x1p-24 * largest)
            .of(sum);
      }
    }
  }

  /** In the input, kept inside. */
  private static double position(int index, int given, int wanted, boolean aligned) {
    double at =
        aligned
            ? (wanted == 1 ? 0 : index * (given - 1.0) / (wanted - 1))
            : (index + 0.5) * given / wanted - 0.5;
    return Math.min(Math.max(at, 0), given - 1);
  }

  private int extent() {
    return Rig.pick(random, 1, 2, 3, 5, 8, 13);
  }

  private static int[] index(Slot slot, int i) {
    return new int[] {
      i / slot.positions(), i / slot.width() % slot.height(), i % slot.width(),
    };
  }

  private static int at(Slot slot, int[] index) {
    return (index[0] * slot.height() + index[1]) * slot.width() + index[2];
  }
}
