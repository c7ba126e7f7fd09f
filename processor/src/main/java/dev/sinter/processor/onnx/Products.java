package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * Matrix products of two values, as attention has them. There is no layer for them: each matrix of
 * a batch is the sum, over a common axis, of the products of all columns with all rows. That is
 * exact, and meant for the few short sequences between convolutions, not for large transformers.
 */
final class Products {
  private Products() {}

  /** [..., M, K] times [..., K, N], where the axes before may stretch. */
  static void ofValues(Call call) throws Refusal {
    View left = call.view(0);
    View right = call.view(1);
    Shape a = matrix(left);
    Shape b = matrix(right);
    if (a.extent(1) != b.extent(0)) {
      throw new Refusal(
          "multiplies matrices of the shapes " + left.dims() + " and " + right.dims());
    }
    Shape leftBatch = batch(left);
    Shape rightBatch = batch(right);
    Shape batch = Broadcast.shape(leftBatch, rightBatch);
    Broadcast.limited(Shape.of(a.extent(0), a.extent(1), b.extent(1)));
    List<Integer> products = new ArrayList<>();
    for (int i = 0; i < (int) batch.size(); i++) {
      int l = Broadcast.index(i, batch, leftBatch) * (int) a.size();
      int r = Broadcast.index(i, batch, rightBatch) * (int) b.size();
      products.add(product(call, left, l, a, right, r, b));
    }
    List<Integer> extents = new ArrayList<>(batch.extents());
    extents.addAll(List.of(a.extent(0), b.extent(1)));
    int id = products.size() == 1 ? products.get(0) : call.add(new Op.Concat(), products);
    call.give(0, View.of(id, new Shape(extents)));
  }

  /** [1, M, N] of the matrices that begin at some elements. */
  private static int product(Call call, View left, int l, Shape a, View right, int r, Shape b)
      throws Refusal {
    int rows = a.extent(0);
    int common = a.extent(1);
    int columns = b.extent(1);
    int x =
        call.wiring()
            .rearranged(
                call, left, Shape.of(common, rows, 1), i -> l + i % rows * common + i / rows);
    int y = call.wiring().rearranged(call, right, Shape.of(common, 1, columns), i -> r + i);
    Op all = new Op.Binary(Op.Binary.Operation.MULTIPLY, Activation.NONE);
    return call.add(new Op.Reduce(Op.Reduce.Kind.SUM), call.add(all, x, y));
  }

  private static Shape matrix(View view) throws Refusal {
    int rank = view.dims().rank();
    if (rank < 2 || view.dims().size() == 0) {
      throw new Refusal("multiplies a value of shape " + view.dims() + ", which is no matrix");
    }
    return new Shape(view.dims().extents().subList(rank - 2, rank));
  }

  private static Shape batch(View view) {
    return new Shape(view.dims().extents().subList(0, view.dims().rank() - 2));
  }
}
