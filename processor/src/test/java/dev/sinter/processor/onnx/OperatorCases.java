package dev.sinter.processor.onnx;

import java.util.ArrayList;
import java.util.List;

/** Cases of each operator over what its attributes may be, numbered from 0. */
final class OperatorCases {
  /** The newest version that ONNX Runtime 1.29 reads. */
  static final int NEWEST = 26;

  private final List<OperatorCase> cases = new ArrayList<>();

  private OperatorCases() {}

  static List<OperatorCase> all() {
    OperatorCases cases = new OperatorCases();
    WindowCases.add(cases);
    ElementwiseCases.add(cases);
    NormalizationCases.add(cases);
    ResizeCases.add(cases);
    int first = cases.cases.size();
    MoveCases.add(cases);
    cases.cases.subList(first, cases.cases.size()).forEach(OperatorCase::exact);
    return cases.cases;
  }

  /** A case more, to be filled in. */
  OperatorCase add(String operator, int opset) {
    OperatorCase one = new OperatorCase(cases.size(), operator, opset);
    cases.add(one);
    return one;
  }
}
