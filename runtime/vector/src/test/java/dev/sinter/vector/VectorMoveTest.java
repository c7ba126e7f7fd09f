package dev.sinter.vector;

import dev.sinter.kernel.Backend;
import dev.sinter.kernel.Slot;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Softmax and bilinear upsampling. */
final class VectorMoveTest {
  private static final Backend VECTOR = new VectorBackend();

  private final Random random = new Random(13);

  /** The error is as {@link VectorSoftmax} derives it; half the least normal float for zeros. */
  @Test
  void softmax() {
    int[] many = {1, 2, 3, 4, 6, 8, 13, 16, 17, 25, 33, 100, 1000};
    float[] specials = {
      0, 60, 200, -200, 1e30f, Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY
    };
    for (int channels : many) {
      for (float special : specials) {
        Rig rig = new Rig(random.nextLong());
        Slot x = rig.input(channels, 3, 7);
        Slot y = rig.output(channels, 3, 7);
        rig.spoil(special, 6);
        float[] found = rig.run(VECTOR.softmax(x, y), y);
        for (int p = 0; p < x.positions(); p++) {
          double m = Double.NEGATIVE_INFINITY;
          double sum = 0;
          for (int c = 0; c < channels; c++) {
            m = Math.max(m, rig.before(x, c, p / 7, p % 7));
          }
          for (int c = 0; c < channels; c++) {
            sum += Math.exp(rig.before(x, c, p / 7, p % 7) - m);
          }
          for (int c = 0; c < channels; c++) {
            double t = rig.before(x, c, p / 7, p % 7) - m;
            double expected = Math.exp(t) / sum;
            double vectors = channels / Gemm.LANES + 1;
            double error = (Math.abs(t) + vectors + Gemm.LANES + 5) * 0x1p-24 * expected;
            String place = channels + " channels with " + special + ", " + c;
            double least = t < -87 ? 2 * Math.exp(-87) : Float.MIN_NORMAL;
            Rig.assertClose(
                place, found[y.position(p) + c], expected, expected == 0 ? 0 : error + least);
          }
        }
      }
    }
  }

  @Test
  void softmaxInParts() {
    Rig rig = new Rig(5);
    Slot x = rig.input(21, 40, 41);
    Slot y = rig.output(21, 40, 41);
    float[] found = rig.run(VECTOR.softmax(x, y), y);
    for (int p = 0; p < y.positions(); p++) {
      double sum = 0;
      for (int c = 0; c < 21; c++) {
        sum += found[y.position(p) + c];
      }
      // 21 results, each within 32 roundings of itself.
      Rig.assertClose("position " + p, sum, 1, 32 * 0x1p-24);
    }
  }

  /** Three roundings on each axis of what lies between: 6·2⁻²⁴ of the largest of four elements. */
  @Test
  void bilinear() {
    int[][] sizes = {{1, 1, 3, 4}, {2, 3, 4, 6}, {5, 7, 13, 14}, {7, 5, 7, 10}, {13, 14, 5, 6}};
    for (int channels : Rig.CHANNELS) {
      for (int[] size : sizes) {
        for (float special : new float[] {0, Float.NaN, Float.POSITIVE_INFINITY}) {
          bilinear(channels, size, special, false);
          bilinear(channels, size, special, true);
        }
      }
    }
    bilinear(64, new int[] {30, 31, 60, 62}, 0, false); // several parts
  }

  private void bilinear(int channels, int[] size, float special, boolean alignCorners) {
    Rig rig = new Rig(random.nextLong());
    Slot x = rig.input(channels, size[0], size[1]);
    Slot y = rig.output(channels, size[2], size[3]);
    rig.spoil(special, 2);
    float[] found = rig.run(VECTOR.upsampleBilinear(x, y, alignCorners), y);
    for (int i = 0; i < size[2]; i++) {
      double h = at(i, size[0], size[2], alignCorners);
      int h0 = (int) h;
      int h1 = Math.min(h0 + 1, size[0] - 1);
      float lower = (float) (h - h0);
      for (int j = 0; j < size[3]; j++) {
        String text = channels + " channels, " + alignCorners + ", " + i + ", " + j + ", ";
        double w = at(j, size[1], size[3], alignCorners);
        int w0 = (int) w;
        int w1 = Math.min(w0 + 1, size[1] - 1);
        float right = (float) (w - w0);
        for (int c = 0; c < channels; c++) {
          double a = (1 - right) * (double) rig.before(x, c, h0, w0);
          a += right * (double) rig.before(x, c, h0, w1);
          double b = (1 - right) * (double) rig.before(x, c, h1, w0);
          b += right * (double) rig.before(x, c, h1, w1);
          double largest = 0;
          for (int k = 0; k < 4; k++) {
            float element = rig.before(x, c, k < 2 ? h0 : h1, k % 2 == 0 ? w0 : w1);
            largest = Math.max(largest, Math.abs(element));
          }
          Rig.assertClose(
              text + c,
              found[y.position(i * size[3] + j) + c],
              (1 - lower) * a + lower * b,
              6 * 0x1p-24 * largest);
        }
      }
    }
  }

  private static double at(int i, int given, int wanted, boolean alignCorners) {
    if (alignCorners) {
      return wanted == 1 ? 0 : i * ((given - 1.0) / (wanted - 1));
    }
    return Math.max((i + 0.5) * ((double) given / wanted) - 0.5, 0);
  }
}
