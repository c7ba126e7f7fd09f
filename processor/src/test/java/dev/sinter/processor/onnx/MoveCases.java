package dev.sinter.processor.onnx;

/** Operators that put elements elsewhere; what they give is exact. */
final class MoveCases {
  private final OperatorCases cases;

  private MoveCases(OperatorCases cases) {
    this.cases = cases;
  }

  static void add(OperatorCases cases) {
    MoveCases moves = new MoveCases(cases);
    moves.shapes();
    moves.blocks();
    moves.joints();
    moves.slices();
    moves.pads();
  }

  private void shapes() {
    for (int opset : new int[] {7, 13, OperatorCases.NEWEST}) {
      cases.add("Reshape", opset).input(1, 3, 4, 5).longs(1, 12, 5);
      cases.add("Reshape", opset).input(1, 3, 4, 5).longs(0, -1, 2, 3);
      cases.add("Reshape", opset).input(1, 3, 4, 5).longs(1, -1);
      for (int axis : new int[] {0, 1, 2, 3}) {
        cases.add("Flatten", opset).input(1, 3, 4, 5).set("axis", axis);
      }
      for (long[] perm : new long[][] {{0, 2, 3, 1}, {0, 3, 1, 2}, {0, 1, 3, 2}, {0, 3, 2, 1}}) {
        cases.add("Transpose", opset).input(1, 3, 4, 5).list("perm", perm);
      }
    }
    cases.add("Squeeze", 7).input(1, 3, 1, 5).list("axes", 2);
    cases.add("Squeeze", 11).input(1, 3, 1, 5).list("axes", -2);
    cases.add("Squeeze", 13).input(1, 3, 1, 5).longs(2);
    cases.add("Unsqueeze", 7).input(1, 3, 5).list("axes", 2);
    cases.add("Unsqueeze", 13).input(1, 3, 5).longs(-1);
    for (int opset : new int[] {8, 13}) {
      cases.add("Expand", opset).input(1, 3, 1, 5).longs(1, 3, 4, 5);
      cases.add("Expand", opset).input(1, 1, 4, 1).longs(3, 1, 6);
      cases.add("Expand", opset).input(1, 5).longs(1, 2, 5);
      cases.add("Tile", opset).input(1, 3, 4, 5).longs(1, 2, 1, 3);
    }
  }

  private void blocks() {
    for (int opset : new int[] {7, 11, 13}) {
      for (int block : new int[] {2, 3}) {
        cases.add("SpaceToDepth", opset).input(1, 2, 6, 12).set("blocksize", block);
        cases.add("DepthToSpace", opset).input(1, 36, 2, 3).set("blocksize", block);
        if (opset > 7) {
          cases
              .add("DepthToSpace", opset)
              .input(1, 36, 2, 3)
              .set("blocksize", block)
              .text("mode", "CRD");
        }
      }
    }
  }

  private void joints() {
    for (int opset : new int[] {7, 11, 13}) {
      cases.add("Concat", opset).input(1, 3, 4, 5).input(1, 2, 4, 5).set("axis", 1);
      cases.add("Concat", opset).input(1, 3, 4, 5).input(1, 3, 2, 5).set("axis", 2);
      cases.add("Concat", opset).input(1, 3, 4, 5).input(1, 3, 4, 1).set("axis", 3);
      cases.add("Concat", opset).input(1, 3, 4).input(1, 3, 5).input(1, 3, 1).set("axis", 2);
      cases.add("Concat", opset).input(1, 3, 4, 5).constant(1, 2, 4, 5).set("axis", 1);
      cases.add("Concat", opset).constant(1, 3, 2, 5).input(1, 3, 4, 5).set("axis", 2);
      cases.add("Concat", opset).input(1, 6).input(1, 3).set("axis", 1);
    }
    cases.add("Concat", 11).input(1, 3, 4, 5).input(1, 3, 4, 2).set("axis", -1);
    for (int axis : new int[] {1, 2, 3}) {
      cases.add("Split", 7).input(1, 6, 8, 4).set("axis", axis).results(2);
      cases
          .add("Split", 11)
          .input(1, 6, 8, 4)
          .set("axis", axis - 4)
          .list("split", 1, axis == 1 ? 5 : axis == 2 ? 7 : 3)
          .results(2);
      cases
          .add("Split", 13)
          .input(1, 6, 8, 4)
          .longs(2, axis == 1 ? 4 : axis == 2 ? 6 : 2)
          .set("axis", axis)
          .results(2);
      cases.add("Split", 18).input(1, 6, 8, 5).set("axis", axis).set("num_outputs", 2).results(2);
    }
  }

  private void slices() {
    cases
        .add("Slice", 7)
        .input(1, 5, 6, 7)
        .list("starts", 1, 2)
        .list("ends", 4, -1)
        .list("axes", 1, 3);
    cases.add("Slice", 9).input(1, 5, 6, 7).list("starts", 0, 1).list("ends", 9, 3);
    for (int opset : new int[] {10, 13}) {
      slice(opset, 1, 4, 1, 2);
      slice(opset, -3, 99, 2, 1);
      slice(opset, 4, 0, 3, -1);
      slice(opset, -1, -99, 1, -2);
      slice(opset, 5, -7, 2, -1);
    }
    for (int opset : new int[] {7, 11, 13}) {
      cases.add("Gather", opset).input(1, 5, 6, 7).longs(2, 0, 2, 4).set("axis", 1);
      cases.add("Gather", opset).input(1, 5, 6, 7).longs(3).set("axis", 2);
      cases.add("Gather", opset).input(1, 5, 6, 7).longs(6, 5, 1).set("axis", 3);
    }
  }

  private void slice(int opset, long start, long end, long axis, long step) {
    cases.add("Slice", opset).input(1, 5, 6, 7).longs(start).longs(end).longs(axis).longs(step);
  }

  private void pads() {
    for (String mode : new String[] {"constant", "reflect", "edge", "wrap"}) {
      for (int opset : new int[] {7, 11, 13, 18, 19, OperatorCases.NEWEST}) {
        if (!mode.equals("wrap") || opset >= 19) {
          pad(opset, mode, 0, 0, 1, 2, 0, 0, 3, 0);
          pad(opset, mode, 0, 1, 0, 1, 0, 2, 0, 3);
          if (mode.equals("constant")) {
            pad(opset, mode, 0, 0, -1, 2, 0, -1, 3, 0);
          }
        }
      }
    }
    cases
        .add("Pad", 18)
        .input(1, 3, 5, 6)
        .longs(1, 2, 2, 0)
        .absent()
        .longs(2, 3)
        .text("mode", "reflect");
    cases.add("Pad", 18).input(1, 3, 5, 6).longs(1, 2, 2, 0).number(0.5).longs(-2, -1);
    cases.add("Pad", 13).input(1, 3, 5).longs(0, 0, 2, 0, 0, 1).number(1).text("mode", "constant");
  }

  private void pad(int opset, String mode, long... pads) {
    OperatorCase pad = cases.add("Pad", opset).input(1, 3, 5, 6).text("mode", mode);
    if (opset < 11) {
      pad.list("pads", pads).real("value", 0.25);
    } else {
      pad.longs(pads).number(0.25);
    }
  }
}
