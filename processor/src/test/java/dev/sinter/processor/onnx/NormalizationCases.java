package dev.sinter.processor.onnx;

import java.util.function.DoubleUnaryOperator;

/** Normalizations, softmax, reductions, and products with matrices. */
final class NormalizationCases {
  private static final DoubleUnaryOperator POSITIVE = x -> Math.abs(x) + 0.125;

  private final OperatorCases cases;

  private NormalizationCases(OperatorCases cases) {
    this.cases = cases;
  }

  static void add(OperatorCases cases) {
    NormalizationCases normalizations = new NormalizationCases(cases);
    normalizations.normalizations();
    normalizations.softmax();
    normalizations.reductions();
    normalizations.products();
  }

  private void normalizations() {
    for (int opset : new int[] {7, 9, 14, 15, OperatorCases.NEWEST}) {
      for (int[] dims : new int[][] {{1, 4, 5, 6}, {1, 4, 9}, {1, 4}}) {
        batchNorm(opset, dims);
        batchNorm(opset, dims).real("epsilon", 0.125);
      }
    }
    for (int opset : new int[] {7, OperatorCases.NEWEST}) {
      instance(opset, 1, 4, 5, 6).terms(60);
      instance(opset, 1, 4, 9).real("epsilon", 0.01).terms(18);
      lrn(opset, 1).real("alpha", 0.5);
      lrn(opset, 3).real("beta", 0.5).real("bias", 2);
      lrn(opset, 5);
    }
    for (int groups : new int[] {1, 2, 4}) {
      group(groups, 18, groups);
      group(groups, OperatorCases.NEWEST, 4);
    }
    layer(17, -1, 6).constant(6).terms(12);
    layer(17, -1, 6).terms(12);
    layer(17, -2, 5, 6).constant(5, 6).terms(60);
    layer(17, 1, 4, 5, 6).constant(4, 5, 6).real("epsilon", 0.01).terms(240);
    layer(OperatorCases.NEWEST, 3, 1).terms(12);
    cases.add("LayerNormalization", 17).input(1, 7, 12).constant(12).constant(12).terms(24);
    cases.add("LayerNormalization", 17).input(1, 12).constant(12).constant(12).terms(24);
  }

  private OperatorCase batchNorm(int opset, int... dims) {
    return cases
        .add("BatchNormalization", opset)
        .input(dims)
        .constant(4)
        .constant(4)
        .constant(4)
        .constant(POSITIVE, 4);
  }

  private OperatorCase instance(int opset, int... dims) {
    return cases.add("InstanceNormalization", opset).input(dims).constant(4).constant(4);
  }

  private OperatorCase lrn(int opset, int size) {
    return cases.add("LRN", opset).input(1, 7, 4, 3).set("size", size).terms(size);
  }

  private void group(int groups, int opset, int scales) {
    for (int[] dims : new int[][] {{1, 4, 5, 6}, {1, 4, 9}}) {
      cases
          .add("GroupNormalization", opset)
          .input(dims)
          .constant(scales)
          .constant(scales)
          .set("num_groups", groups)
          .real("epsilon", 1e-3)
          .terms(240);
    }
  }

  private OperatorCase layer(int opset, int axis, int... scale) {
    return cases
        .add("LayerNormalization", opset)
        .input(1, 4, 5, 6)
        .constant(scale)
        .set("axis", axis);
  }

  private void softmax() {
    for (String type : new String[] {"Softmax", "LogSoftmax"}) {
      for (int opset : new int[] {7, 11, 13, OperatorCases.NEWEST}) {
        cases.add(type, opset).input(1, 6).terms(6);
        cases.add(type, opset).input(1, 3, 7).terms(21);
        for (int axis : new int[] {1, 2, 3}) {
          cases.add(type, opset).input(1, 3, 4, 5).set("axis", axis).terms(60);
        }
        if (opset > 7) {
          cases.add(type, opset).input(x -> 20 * x, 1, 3, 4, 5).set("axis", -1).terms(60);
          cases.add(type, opset).input(x -> 20 * x, 1, 3, 4, 5).set("axis", -3).terms(60);
        }
      }
    }
  }

  private void reductions() {
    for (String type :
        new String[] {
          "ReduceMean",
          "ReduceSum",
          "ReduceMax",
          "ReduceMin",
          "ReduceL1",
          "ReduceL2",
          "ReduceSumSquare",
          "ReduceLogSum",
          "ReduceLogSumExp"
        }) {
      for (long[] axes : new long[][] {{2, 3}, {1}, {2}, {-1}, {1, 3}, {1, 2, 3}, {}}) {
        reduce(type, 11, axes).set("keepdims", axes.length % 2);
        reduce(type, axes.length < 2 ? 18 : OperatorCases.NEWEST, axes)
            .set("keepdims", 1 - axes.length % 2);
      }
    }
    for (String type : new String[] {"ArgMax", "ArgMin"}) {
      for (int axis : new int[] {1, 2, 3}) {
        cases.add(type, 11).input(1, 5, 6, 7).set("axis", axis);
        cases
            .add(type, 12)
            .input(Math::rint, 1, 5, 6, 7)
            .set("axis", axis - 4)
            .set("select_last_index", 1)
            .set("keepdims", 0);
        cases.add(type, 13).input(Math::rint, 1, 5, 6, 7).set("axis", axis).set("keepdims", 1);
      }
      cases.add(type, 13).input(1, 5, 6).set("keepdims", 0);
    }
  }

  private OperatorCase reduce(String type, int opset, long... axes) {
    boolean input = opset >= 18;
    OperatorCase reduce =
        cases.add(type, opset).input(type.equals("ReduceLogSum") ? POSITIVE : x -> x, 1, 3, 4, 5);
    if (axes.length > 0 && input) {
      reduce.longs(axes);
    } else if (axes.length > 0) {
      reduce.list("axes", axes);
    }
    return reduce.terms(60);
  }

  private void products() {
    for (int opset : new int[] {7, 9, 11, 13, OperatorCases.NEWEST}) {
      for (int transposed : new int[] {0, 1}) {
        int[] matrix = transposed == 1 ? new int[] {5, 7} : new int[] {7, 5};
        gemm(opset, transposed, matrix).constant(5);
        gemm(opset, transposed, matrix).constant(1, 5).real("alpha", 0.5).real("beta", -2);
        gemm(opset, transposed, matrix).number(0.75);
      }
      cases.add("MatMul", opset).input(1, 7).constant(7, 5).terms(7);
    }
    gemm(11, 0, 7, 5);
  }

  private OperatorCase gemm(int opset, int transposed, int... matrix) {
    return cases.add("Gemm", opset).input(1, 7).constant(matrix).set("transB", transposed).terms(8);
  }
}
