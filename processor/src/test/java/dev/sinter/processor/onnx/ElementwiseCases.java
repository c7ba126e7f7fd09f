package dev.sinter.processor.onnx;

import java.util.function.DoubleUnaryOperator;

/** Functions of each element, and operations on two or more values. */
final class ElementwiseCases {
  private static final DoubleUnaryOperator WIDE = x -> 3 * x;
  private static final DoubleUnaryOperator POSITIVE = x -> Math.abs(x) + 0.125;

  private final OperatorCases cases;

  private ElementwiseCases(OperatorCases cases) {
    this.cases = cases;
  }

  static void add(OperatorCases cases) {
    ElementwiseCases elementwise = new ElementwiseCases(cases);
    elementwise.functions();
    elementwise.parameters();
    elementwise.clip();
    for (int opset : new int[] {7, 13, 14, OperatorCases.NEWEST}) {
      for (String type : new String[] {"Add", "Sub", "Mul", "Div", "Pow"}) {
        elementwise.two(type, opset);
      }
    }
    for (int opset : new int[] {8, 13, OperatorCases.NEWEST}) {
      for (String type : new String[] {"Sum", "Mean", "Min", "Max"}) {
        elementwise.many(type, opset);
      }
    }
  }

  private void functions() {
    for (String type :
        new String[] {
          "Relu", "Sigmoid", "Tanh", "Softplus", "Softsign", "Neg", "Abs", "Exp", "Identity"
        }) {
      for (int opset : new int[] {7, 13, OperatorCases.NEWEST}) {
        cases.add(type, opset).input(WIDE, 1, 3, 4, 5);
        cases.add(type, opset).input(WIDE, 1, 9);
      }
    }
    for (String type : new String[] {"Sqrt", "Log", "Reciprocal"}) {
      for (int opset : new int[] {7, 13}) {
        cases.add(type, opset).input(POSITIVE, 1, 3, 7);
      }
    }
    cases.add("Mish", 18).input(WIDE, 1, 3, 4, 5);
    cases.add("HardSwish", 14).input(WIDE, 1, 3, 4, 5);
    cases.add("HardSwish", OperatorCases.NEWEST).input(WIDE, 1, 3, 4, 5);
    cases.add("Gelu", 20).input(WIDE, 1, 3, 4, 5);
    cases.add("Gelu", 20).input(WIDE, 1, 3, 4, 5).text("approximate", "tanh");
    cases.add("Gelu", 20).input(WIDE, 1, 9).text("approximate", "none");
    cases.add("Dropout", 7).input(1, 3, 4).real("ratio", 0.25);
    cases.add("Dropout", 13).input(1, 3, 4).number(0.25);
    cases.add("Cast", 13).input(1, 3, 4).set("to", 1);
  }

  private void parameters() {
    for (int opset : new int[] {7, 16, OperatorCases.NEWEST}) {
      cases.add("LeakyRelu", opset).input(WIDE, 1, 3, 4, 5);
      cases.add("LeakyRelu", opset).input(WIDE, 1, 3, 4, 5).real("alpha", -0.5);
      cases.add("Elu", opset).input(WIDE, 1, 3, 4, 5).ofLargest();
      cases.add("Elu", opset).input(WIDE, 1, 3, 4, 5).real("alpha", 2.5).ofLargest();
      cases.add("Selu", opset).input(WIDE, 1, 3, 4, 5).ofLargest();
      cases
          .add("Selu", opset)
          .input(WIDE, 1, 3, 4, 5)
          .real("alpha", 2)
          .real("gamma", 0.5)
          .ofLargest();
      cases.add("HardSigmoid", opset).input(WIDE, 1, 3, 4, 5);
      cases.add("HardSigmoid", opset).input(WIDE, 1, 3, 4, 5).real("alpha", 1 / 6.0);
      cases.add("HardSigmoid", opset).input(WIDE, 1, 3, 4, 5).real("alpha", 0.5).real("beta", 0.25);
      cases.add("PRelu", opset).input(WIDE, 1, 3, 4, 5).constant(3, 1, 1);
      cases.add("PRelu", opset).input(WIDE, 1, 3, 4, 5).constant(1);
      cases.add("PRelu", opset).input(WIDE, 1, 3, 4, 5).constant(3, 4, 5);
      cases.add("PRelu", opset).input(WIDE, 1, 3, 4, 5).constant(4, 1);
    }
    for (int opset : new int[] {10, OperatorCases.NEWEST}) {
      cases.add("ThresholdedRelu", opset).input(WIDE, 1, 3, 4, 5);
      cases.add("ThresholdedRelu", opset).input(WIDE, 1, 3, 4, 5).real("alpha", -0.75);
    }
    cases.add("Celu", 12).input(WIDE, 1, 3, 4, 5).ofLargest();
    cases.add("Celu", 12).input(WIDE, 1, 3, 4, 5).real("alpha", 2.5).ofLargest();
    for (double alpha : new double[] {1, 1.5, -0.5, 0}) {
      cases.add("Swish", 24).input(WIDE, 1, 3, 4, 5).real("alpha", alpha);
    }
  }

  private void clip() {
    for (int opset : new int[] {7, 10}) {
      cases.add("Clip", opset).input(1, 3, 4, 5);
      cases.add("Clip", opset).input(1, 3, 4, 5).real("min", 0).real("max", 6);
      cases.add("Clip", opset).input(1, 3, 4, 5).real("min", -0.5);
      cases.add("Clip", opset).input(1, 3, 4, 5).real("max", 0.5);
    }
    for (int opset : new int[] {11, 12, 13, OperatorCases.NEWEST}) {
      cases.add("Clip", opset).input(1, 3, 4, 5);
      cases.add("Clip", opset).input(1, 3, 4, 5).number(-0.5).number(0.75);
      cases.add("Clip", opset).input(1, 3, 4, 5).absent().number(0.75);
      cases.add("Clip", opset).input(1, 3, 4, 5).number(0);
    }
    cases.add("Clip", 13).input(1, 3, 4, 5).number(1).number(-1);
    cases.add("Clip", 13).input(1, 3, 4, 5).number(Double.NEGATIVE_INFINITY).number(1);
  }

  /** Two values, a value and a constant, in both orders, and every kind of stretching. */
  private void two(String type, int opset) {
    DoubleUnaryOperator map = type.equals("Pow") || type.equals("Div") ? POSITIVE : x -> x;
    cases.add(type, opset).input(map, 1, 3, 4, 5).input(map, 1, 3, 4, 5);
    cases.add(type, opset).input(map, 1, 3, 4, 5).input(map, 1, 3, 1, 1);
    cases.add(type, opset).input(map, 1, 3, 1, 1).input(map, 1, 3, 4, 5);
    cases.add(type, opset).input(map, 1, 1, 4, 5).input(map, 1, 3, 4, 1);
    cases.add(type, opset).input(map, 1, 3, 4, 5).input(map, 1, 5);
    cases.add(type, opset).input(map, 1, 6).input(map, 1, 6);
    cases.add(type, opset).input(map, 1, 3, 4, 5).constant(map, 3, 1, 1);
    cases.add(type, opset).constant(map, 3, 1, 1).input(map, 1, 3, 4, 5);
    cases.add(type, opset).input(map, 1, 3, 4, 5).number(2);
    cases.add(type, opset).number(2).input(map, 1, 3, 4, 5);
    cases.add(type, opset).input(map, 1, 3, 4, 5).constant(map, 5);
    cases.add(type, opset).constant(map, 1, 3, 4, 5).input(map, 1, 3, 4, 5);
    cases.add(type, opset).input(map, 1, 3, 1, 5).constant(map, 1, 1, 4, 1);
    if (type.equals("Pow")) {
      for (double exponent : new double[] {1, 2, 0.5, -1, 3, -0.75}) {
        cases.add(type, opset).input(map, 1, 3, 4).number(exponent);
      }
      cases.add(type, opset).input(1, 3, 4).number(2);
      cases.add(type, opset).input(1, 3, 4).number(3);
    }
  }

  private void many(String type, int opset) {
    cases.add(type, opset).input(1, 3, 4, 5);
    cases.add(type, opset).input(1, 3, 4, 5).input(1, 3, 4, 5);
    cases.add(type, opset).input(1, 3, 4, 5).input(1, 3, 4, 5).input(1, 3, 4, 5).input(1, 3, 4, 5);
    cases.add(type, opset).input(1, 3, 4, 5).input(1, 3, 1, 1).input(1, 1, 4, 5);
    cases.add(type, opset).input(1, 3, 4, 5).constant(3, 1, 1);
    cases.add(type, opset).input(1, 3, 4, 5).number(0.25).input(1, 5);
  }
}
