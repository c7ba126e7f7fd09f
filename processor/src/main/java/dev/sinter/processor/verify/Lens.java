package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Window;

/** How the map of a result lies over the map that was read. */
record Lens(Side rows, Side columns) {

  /** As a window that moves over the input gives it. */
  static Lens of(Window window) {
    return new Lens(new Side(window.rows(), false, 0), new Side(window.columns(), false, 0));
  }

  /** As a window that moves over the result, one step for each element of the input. */
  static Lens of(Op.ConvTranspose op) {
    return new Lens(
        new Side(op.window().rows(), true, op.extraRows()),
        new Side(op.window().columns(), true, op.extraColumns()));
  }

  /**
   * One axis.
   *
   * @param transposed whether the window moves over the result
   * @param extra of a transposed one: elements more at the end
   */
  record Side(Window.Axis axis, boolean transposed, int extra) {}
}
