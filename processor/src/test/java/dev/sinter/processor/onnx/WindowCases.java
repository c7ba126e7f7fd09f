package dev.sinter.processor.onnx;

/** Convolutions and pools. */
final class WindowCases {
  private static final String[] AUTO = {"SAME_UPPER", "SAME_LOWER", "VALID"};

  private final OperatorCases cases;

  private WindowCases(OperatorCases cases) {
    this.cases = cases;
  }

  static void add(OperatorCases cases) {
    WindowCases windows = new WindowCases(cases);
    for (int opset : new int[] {7, 11, OperatorCases.NEWEST}) {
      windows.convolutions(opset);
      windows.transposed(opset);
    }
    for (int opset : new int[] {7, 10, 12, 19, OperatorCases.NEWEST}) {
      windows.pools("MaxPool", opset, opset >= 10, opset >= 10);
      windows.pools("AveragePool", opset, opset >= 19, opset >= 10);
    }
    for (int opset : new int[] {7, 11, 18, OperatorCases.NEWEST}) {
      windows.pools("LpPool", opset, opset >= 18, opset >= 18);
    }
    windows.global();
  }

  private void convolutions(int opset) {
    for (int groups : new int[] {1, 2, 4}) {
      conv(opset, groups, 3).list("pads", 1, 1, 1, 1).list("strides", 2, 1);
      conv(opset, groups, 3).list("dilations", 2, 1).list("pads", 0, 1, 2, 0);
      conv(opset, groups, 1);
    }
    for (String auto : AUTO) {
      conv(opset, 1, 3).text("auto_pad", auto).list("strides", 2, 2);
      conv(opset, 1, 2).text("auto_pad", auto);
      cases.add("Conv", opset).input(1, 2, 11).constant(3, 2, 4).text("auto_pad", auto).terms(8);
    }
    cases
        .add("Conv", opset)
        .input(1, 2, 11)
        .constant(3, 2, 3)
        .constant(3)
        .list("pads", 2, 1)
        .list("strides", 2)
        .list("dilations", 2)
        .terms(6);
  }

  private OperatorCase conv(int opset, int groups, int kernel) {
    OperatorCase conv =
        cases.add("Conv", opset).input(1, 4, 7, 9).constant(8, 4 / groups, kernel, kernel);
    if (groups != 2) {
      conv.constant(8);
    }
    return conv.set("group", groups)
        .list("kernel_shape", kernel, kernel)
        .terms(4 / groups * kernel * kernel);
  }

  private void transposed(int opset) {
    for (int groups : new int[] {1, 2}) {
      transposed(opset, groups).list("strides", 2, 3).list("pads", 1, 0, 0, 1);
      transposed(opset, groups).list("strides", 2, 2).list("output_padding", 1, 0);
      transposed(opset, groups).list("dilations", 2, 1);
      transposed(opset, groups).list("strides", 2, 2).list("output_shape", 10, 11);
    }
    for (String auto : AUTO) {
      transposed(opset, 1).list("strides", 2, 3).text("auto_pad", auto);
    }
    cases
        .add("ConvTranspose", opset)
        .input(1, 3, 6)
        .constant(3, 2, 4)
        .constant(2)
        .list("strides", 3)
        .list("pads", 1, 2)
        .terms(12);
  }

  private OperatorCase transposed(int opset, int groups) {
    return cases
        .add("ConvTranspose", opset)
        .input(1, 4, 5, 5)
        .constant(4, 6 / groups, 3, 3)
        .constant(6)
        .set("group", groups)
        .terms(36 / groups);
  }

  private void pools(String type, int opset, boolean dilated, boolean ceil) {
    for (long[] strides : new long[][] {{1, 1}, {2, 3}}) {
      pool(type, opset, 3, 2).list("strides", strides);
      pool(type, opset, 3, 3).list("strides", strides).list("pads", 1, 0, 1, 1);
      if (ceil) {
        pool(type, opset, 2, 3).list("strides", 2, 2).set("ceil_mode", 1);
        pool(type, opset, 3, 3).list("strides", 3, 2).list("pads", 1, 1, 0, 1).set("ceil_mode", 1);
      }
      if (dilated) {
        pool(type, opset, 2, 3).list("strides", strides).list("dilations", 3, 2);
      }
      if (type.equals("AveragePool")) {
        pool(type, opset, 3, 3)
            .list("strides", strides)
            .list("pads", 1, 1, 0, 1)
            .set("count_include_pad", 1);
        if (ceil) {
          pool(type, opset, 3, 3)
              .list("strides", 2, 2)
              .list("pads", 1, 1, 1, 1)
              .set("count_include_pad", 1)
              .set("ceil_mode", 1);
        }
      }
    }
    for (String auto : AUTO) {
      pool(type, opset, 3, 2).text("auto_pad", auto).list("strides", 2, 2);
    }
    cases
        .add(type, opset)
        .input(1, 3, 12)
        .list("kernel_shape", 3)
        .list("strides", 2)
        .list("pads", 1, 1)
        .terms(3);
    if (type.equals("LpPool")) {
      pool(type, opset, 2, 2).set("p", 1);
      pool(type, opset, 2, 2).set("p", 3);
    }
  }

  private OperatorCase pool(String type, int opset, int rows, int columns) {
    return cases
        .add(type, opset)
        .input(1, 3, 8, 9)
        .list("kernel_shape", rows, columns)
        .terms(rows * columns);
  }

  private void global() {
    for (String type : new String[] {"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"}) {
      for (int opset : new int[] {7, 13, OperatorCases.NEWEST}) {
        // ONNX Runtime has no GlobalLpPool of version 22.
        int version = type.equals("GlobalLpPool") ? Math.min(opset, 21) : opset;
        cases.add(type, version).input(1, 5, 4, 6).terms(24);
        cases.add(type, version).input(1, 5, 7).terms(7);
      }
    }
    cases.add("GlobalLpPool", 7).input(1, 5, 4, 6).set("p", 3).terms(24);
    cases.add("GlobalLpPool", 7).input(1, 5, 4, 6).set("p", 1).terms(24);
  }
}
