package dev.sinter.kernel;

/** Operations on two elements. */
public enum Operation {
  /** a + b. */
  ADD,
  /** a − b. */
  SUBTRACT,
  /** a·b. */
  MULTIPLY,
  /** a/b. */
  DIVIDE,
  /** a to the power of b, as {@link Math#pow} has it. */
  POWER,
  /** The smaller; NaN if one is. */
  MINIMUM,
  /** The larger; NaN if one is. */
  MAXIMUM;

  /** Leaves the results of the first elements in {@code a}. */
  void apply(float[] a, float[] b, int count) {
    switch (this) {
      case ADD:
        Rows.add(a, b, count);
        break;
      case SUBTRACT:
        for (int i = 0; i < count; i++) {
          a[i] = a[i] - b[i];
        }
        break;
      case MULTIPLY:
        Rows.multiply(a, b, count);
        break;
      case DIVIDE:
        for (int i = 0; i < count; i++) {
          a[i] = a[i] / b[i];
        }
        break;
      case POWER:
        for (int i = 0; i < count; i++) {
          a[i] = (float) Math.pow(a[i], b[i]);
        }
        break;
      case MINIMUM:
        for (int i = 0; i < count; i++) {
          a[i] = Math.min(a[i], b[i]);
        }
        break;
      case MAXIMUM:
        Rows.max(a, b, count);
        break;
      default:
        throw new AssertionError(this);
    }
  }
}
