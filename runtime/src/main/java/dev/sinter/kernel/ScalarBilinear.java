package dev.sinter.kernel;

/** A resampled map whose elements lie between four of the input. A part is a band of lines. */
final class ScalarBilinear implements Kernel {
  private final Slot input;
  private final Slot output;
  private final BilinearAxis rows;
  private final BilinearAxis columns;
  private final Bands bands;

  ScalarBilinear(Slot input, Slot output, boolean alignCorners) {
    this.input = input;
    this.output = output;
    rows = new BilinearAxis(input.height(), output.height(), alignCorners);
    columns = new BilinearAxis(input.width(), output.width(), alignCorners);
    bands = new Bands(output.height(), 8L * output.width() * output.channels());
  }

  @Override
  public int parts() {
    return bands.parts();
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    for (int i = bands.from(part); i < bands.to(part); i++) {
      int above = rows.first(i) * input.width();
      int below = rows.second(i) * input.width();
      for (int j = 0; j < output.width(); j++) {
        int first = columns.first(j);
        int second = columns.second(j);
        float share = columns.share(j);
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
          arena[y + c] = between(a, b, rows.share(i));
        }
      }
    }
  }

  private static float between(float a, float b, float share) {
    return (1 - share) * a + share * b;
  }
}
