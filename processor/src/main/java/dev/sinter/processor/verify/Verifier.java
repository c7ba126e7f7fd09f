package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Certifies rewrites of a graph. */
public final class Verifier {
  private Verifier() {}

  /**
   * Compares {@code result} in {@code after} with {@code replaced} in {@code before}, as functions
   * of the boundary, on the smallest maps that show all there is.
   *
   * @param boundary values of {@code before} that both are computed from; {@code after} need not
   *     read them all
   * @throws IllegalArgumentException if something else is needed to compute one of the two
   */
  public static Certificate certify(
      Graph before, int replaced, Graph after, int result, List<Integer> boundary) {
    Map<Integer, Shape> shapes = new LinkedHashMap<>();
    boundary.forEach(id -> shapes.put(id, before.node(id).shape()));
    Comparison whole = Comparison.of(before, replaced, after, result, shapes);
    Map<Integer, Shape> small = Shrink.shrink(whole.before(), whole.after(), shapes);
    try {
      Comparison shrunk = Comparison.of(before, replaced, after, result, small);
      return shrunk.isOfOneShape() ? shrunk.certify() : whole.certify();
    } catch (IllegalArgumentException misfit) {
      // Where several values meet, what is enough for each alone may not fit together.
      return whole.certify();
    }
  }
}
