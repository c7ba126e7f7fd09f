package dev.sinter.processor.onnx;

/** Resize and Upsample: each mode with each way to place the elements. */
final class ResizeCases {
  private static final String[] COORDINATES = {
    "half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"
  };
  private static final String[] ROUNDINGS = {
    "round_prefer_floor", "round_prefer_ceil", "floor", "ceil"
  };

  /** Up, down, and as it is; powers of two keep the coordinates of both exact. */
  private static final float[][] SCALES = {{1, 1, 2, 4}, {1, 1, 0.5f, 2}, {1, 1, 1.6f, 0.625f}};

  private static final long[][] SIZES = {{1, 2, 9, 5}, {1, 2, 3, 13}, {1, 2, 1, 8}};

  /**
   * Up to 36 terms; and ONNX Runtime computes positions in floats, in three roundings at up to 13,
   * while the weights of the cubic kernel change by at most 1.3 for an index.
   */
  private static final int TERMS = 36 + 51;

  private final OperatorCases cases;

  private ResizeCases(OperatorCases cases) {
    this.cases = cases;
  }

  static void add(OperatorCases cases) {
    ResizeCases resize = new ResizeCases(cases);
    resize.upsample();
    for (int opset : new int[] {11, 13, 18, OperatorCases.NEWEST}) {
      for (String coordinates : COORDINATES) {
        for (String mode : new String[] {"linear", "cubic"}) {
          resize.both(opset, mode, coordinates);
        }
      }
      resize.nearest(opset);
    }
    resize.others();
  }

  private void upsample() {
    for (String mode : new String[] {"nearest", "linear"}) {
      cases.add("Upsample", 7).input(1, 2, 3, 5).reals("scales", 1, 1, 2, 3).text("mode", mode);
      cases
          .add("Upsample", 9)
          .input(1, 2, 3, 5)
          .values(new float[] {1, 1, 2, 1.5f}, 4)
          .text("mode", mode)
          .ofLargest()
          .terms(TERMS);
      cases
          .add("Resize", 10)
          .input(1, 2, 4, 6)
          .values(new float[] {1, 1, 2, 0.5f}, 4)
          .text("mode", mode)
          .ofLargest()
          .terms(TERMS);
    }
  }

  private void both(int opset, String mode, String coordinates) {
    for (float[] scales : SCALES) {
      scaled(opset, scales).text("mode", mode).text("coordinate_transformation_mode", coordinates);
    }
    for (long[] sizes : SIZES) {
      sized(opset, sizes).text("mode", mode).text("coordinate_transformation_mode", coordinates);
    }
  }

  private void nearest(int opset) {
    for (String coordinates : COORDINATES) {
      for (String rounding : ROUNDINGS) {
        scaled(opset, SCALES[0])
            .text("nearest_mode", rounding)
            .text("coordinate_transformation_mode", coordinates);
        sized(opset, SIZES[0])
            .text("nearest_mode", rounding)
            .text("coordinate_transformation_mode", coordinates);
      }
    }
  }

  private void others() {
    for (String mode : new String[] {"nearest", "linear", "cubic"}) {
      cases
          .add("Resize", 13)
          .input(1, 2, 6, 7)
          .values(new float[] {0, 0, 0.25f, 0.125f, 1, 1, 0.75f, 1.25f}, 8)
          .absent()
          .longs(1, 2, 5, 9)
          .text("mode", mode)
          .text("coordinate_transformation_mode", "tf_crop_and_resize")
          .real("extrapolation_value", 7)
          .ofLargest()
          .terms(TERMS);
      sized(19, SIZES[0])
          .text("mode", mode)
          .text("coordinate_transformation_mode", "half_pixel_symmetric");
      scaled(19, SCALES[2])
          .text("mode", mode)
          .text("coordinate_transformation_mode", "half_pixel_symmetric");
    }
    scaled(11, SCALES[0])
        .text("coordinate_transformation_mode", "tf_half_pixel_for_nn")
        .text("nearest_mode", "floor");
    for (double a : new double[] {-0.5, -0.75}) {
      sized(13, SIZES[0]).text("mode", "cubic").real("cubic_coeff_a", a);
      sized(13, SIZES[1]).text("mode", "cubic").real("cubic_coeff_a", a).set("exclude_outside", 1);
    }
    for (String mode : new String[] {"linear", "cubic"}) {
      for (long[] sizes : new long[][] {{1, 2, 3, 4}, {1, 2, 9, 2}}) {
        sized(18, sizes).text("mode", mode).set("antialias", 1).ofLargest().terms(TERMS);
        sized(18, sizes)
            .text("mode", mode)
            .set("antialias", 1)
            .set("exclude_outside", 1)
            .ofLargest()
            .terms(TERMS);
      }
    }
    for (String policy : new String[] {"not_larger", "not_smaller", "stretch"}) {
      cases
          .add("Resize", 18)
          .input(1, 2, 6, 8)
          .absent()
          .absent()
          .longs(9, 10)
          .list("axes", 2, 3)
          .text("mode", "linear")
          .text("keep_aspect_ratio_policy", policy)
          .ofLargest()
          .terms(TERMS);
    }
    cases
        .add("Resize", 13)
        .input(1, 2, 7)
        .absent()
        .absent()
        .longs(1, 2, 12)
        .text("mode", "linear")
        .ofLargest()
        .terms(TERMS);
  }

  private OperatorCase scaled(int opset, float... scales) {
    OperatorCase resize = cases.add("Resize", opset).input(1, 2, 6, 8);
    return (opset < 13 ? resize.values(new float[0], 0) : resize.absent())
        .values(scales, 4)
        .ofLargest()
        .terms(TERMS);
  }

  private OperatorCase sized(int opset, long... sizes) {
    OperatorCase resize = cases.add("Resize", opset).input(1, 2, 6, 8);
    return (opset < 13
            ? resize.values(new float[0], 0).values(new float[0], 0)
            : resize.absent().absent())
        .longs(sizes)
        .ofLargest()
        .terms(TERMS);
  }
}
