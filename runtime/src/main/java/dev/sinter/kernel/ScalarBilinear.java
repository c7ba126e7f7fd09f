package dev.sinter.kernel;

/** A resampled map whose elements lie between four of the input. A part is a band of lines. */
final class ScalarBilinear implements Kernel {
  private final Slot input;
  private final Slot output;
  private final Axis rows;
  private final Axis columns;
  private final Bands bands;

  ScalarBilinear(Slot input, Slot output, boolean alignCorners) {
    this.input = input;
    this.output = output;
    rows = new Axis(input.height(), output.height(), alignCorners);
    columns = new Axis(input.width(), output.width(), alignCorners);
    bands = new Bands(output.height(), 8L * output.width() * output.channels());
  }

  /** Where each output lies: between two indices of the input, and how far on the way. */
  private static final class Axis {
    final int[] first;
    final int[] second;
    final float[] share;

    Axis(int given, int wanted, boolean alignCorners) {
      first = new int[wanted];
      second = new int[wanted];
      share = new float[wanted];
      for (int i = 0; i < wanted; i++) {
        double at = alignCorners ? corner(i, given, wanted) : centre(i, given, wanted);
        first[i] = Math.min((int) at, given - 1);
        second[i] = Math.min(first[i] + 1, given - 1);
        share[i] = (float) (at - first[i]);
      }
    }

    private static double corner(int i, int given, int wanted) {
      return wanted == 1 ? 0 : i * ((given - 1.0) / (wanted - 1));
    }

    private static double centre(int i, int given, int wanted) {
      return Math.max((i + 0.5) * ((double) given / wanted) - 0.5, 0);
    }
  }

  @Override
  public int parts() {
    return bands.parts();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    for (int i = bands.from(part); i < bands.to(part); i++) {
      int above = rows.first[i] * input.width();
      int below = rows.second[i] * input.width();
      for (int j = 0; j < output.width(); j++) {
        int first = columns.first[j];
        int second = columns.second[j];
        float share = columns.share[j];
        int y = output.position(i * output.width() + j);
        for (int c = 0; c < output.channels(); c++) {
          float a =
              between(
                  arena[input.position(above + first) + c],
                  arena[input.position(above + second) + c],
                  share);
          float b =
              between(
                  arena[input.position(below + first) + c],
                  arena[input.position(below + second) + c],
                  share);
          arena[y + c] = between(a, b, rows.share[i]);
        }
      }
    }
  }

  private static float between(float a, float b, float share) {
    return (1 - share) * a + share * b;
  }
}
