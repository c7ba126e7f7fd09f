package dev.sinter.kernel;

/** A function of each element. */
final class ScalarFunction extends ScalarElementwise {
  private final Slot input;
  private final PointFunction function;
  private final float parameter;

  ScalarFunction(Slot input, Slot output, PointFunction function, float parameter) {
    super(output, 1);
    this.input = input;
    this.function = function;
    this.parameter = parameter;
  }

  @Override
  void compute(float[] arena, int from, int to, float[][] rows) {
    Rows.load(arena, input, from, to, rows[0]);
    function.apply(rows[0], (to - from) * output.channels(), parameter);
  }
}
