package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/** Operators that give the same elements in another shape or order. */
final class Moves {
  private Moves() {}

  static void identity(Call call) throws Refusal {
    call.give(0, call.input(0));
  }

  /** Vanishes, as long as nobody asks for the mask. */
  static void dropout(Call call) throws Refusal {
    if (call.hasInput(2) && call.constant(2, "training_mode").values().get(0) != 0) {
      throw new Refusal("is in training mode; export the model for inference");
    }
    call.give(0, call.input(0));
  }

  static void cast(Call call) throws Refusal {
    int to = (int) call.integer("to", 1);
    boolean integer = to != 1 && to != 10 && to != 11 && to != 16;
    if (call.input(0) instanceof Constant constant) {
      Constant cast = integer ? constant.map(value -> (double) (long) value) : constant;
      call.give(0, new Constant(cast.name(), cast.values(), integer));
      return;
    }
    if (integer) {
      throw new Refusal("makes integers of a value that depends on the input");
    }
    call.give(0, call.input(0));
  }

  static void reshape(Call call) throws Refusal {
    Operand input = call.input(0);
    List<Long> written = call.integers("shape", 1);
    boolean zeroIsZero = call.flag("allowzero");
    List<Integer> extents = new ArrayList<>();
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < written.size(); axis++) {
      long extent = written.get(axis);
      if (extent == 0 && !zeroIsZero && axis < input.dims().rank()) {
        extent = input.dims().extent(axis);
      }
      if (extent == -1 && open < 0) {
        open = axis;
        extents.add(1);
      } else if (extent < 0 || extent > Integer.MAX_VALUE) {
        throw new Refusal("has the shape " + written + ", which has an impossible extent");
      } else {
        extents.add((int) extent);
        known = saturated(known, extent);
      }
    }
    long size = input.dims().size();
    if (open >= 0 && known > 0 && size % known == 0) {
      extents.set(open, (int) (size / known));
    }
    give(call, input, new Shape(extents));
  }

  private static long saturated(long a, long b) {
    return b != 0 && a > Long.MAX_VALUE / b ? Long.MAX_VALUE : a * b;
  }

  private static void give(Call call, Operand input, Shape dims) throws Refusal {
    if (dims.size() != input.dims().size()) {
      throw new Refusal("makes " + dims + " of " + input.dims() + ": the sizes differ");
    }
    call.give(0, input.reshaped(dims));
  }

  static void flatten(Call call) throws Refusal {
    Operand input = call.input(0);
    List<Integer> extents = input.dims().extents();
    long written = call.integer("axis", 1);
    int axis = written == extents.size() ? extents.size() : Call.axis(written, extents.size());
    int first = (int) new Shape(extents.subList(0, axis)).size();
    int rest = (int) new Shape(extents.subList(axis, extents.size())).size();
    give(call, input, Shape.of(first, rest));
  }

  static void squeeze(Call call) throws Refusal {
    Operand input = call.input(0);
    Shape dims = input.dims();
    List<Integer> axes = new ArrayList<>();
    for (long axis : call.integers("axes", 1)) {
      axes.add(Call.axis(axis, dims.rank()));
    }
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < dims.rank(); axis++) {
      boolean gone = axes.isEmpty() ? dims.extent(axis) == 1 : axes.contains(axis);
      if (!gone) {
        extents.add(dims.extent(axis));
      }
    }
    give(call, input, new Shape(extents));
  }

  static void unsqueeze(Call call) throws Refusal {
    Operand input = call.input(0);
    List<Long> written = call.integers("axes", 1);
    int rank = input.dims().rank() + written.size();
    List<Integer> axes = new ArrayList<>();
    for (long axis : written) {
      axes.add(Call.axis(axis, rank));
    }
    List<Integer> extents = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (axes.contains(axis)) {
        extents.add(1);
      } else if (next < input.dims().rank()) {
        extents.add(input.dims().extent(next++));
      } else {
        throw new Refusal("has the axes " + written + ", of which two are the same");
      }
    }
    give(call, input, new Shape(extents));
  }

  static void transpose(Call call) throws Refusal {
    Operand input = call.input(0);
    Shape dims = Broadcast.limited(input.dims());
    int rank = dims.rank();
    List<Long> written = call.integers("perm");
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      axes.add(written.size() == rank ? Call.axis(written.get(axis), rank) : rank - 1 - axis);
    }
    if (axes.stream().distinct().count() != rank
        || (!written.isEmpty() && written.size() != rank)) {
      throw new Refusal("has the permutation " + written + " for a value with " + rank + " axes");
    }
    int[] strides = strides(dims);
    List<Integer> extents = new ArrayList<>();
    int[] steps = new int[rank];
    for (int axis = 0; axis < rank; axis++) {
      extents.add(dims.extent(axes.get(axis)));
      steps[axis] = strides[axes.get(axis)];
    }
    Shape result = new Shape(extents);
    call.give(0, input.rearranged(result, walk(result, 0, steps)));
  }

  /** Axes of extent 1 stretched. */
  static void expand(Call call) throws Refusal {
    List<Integer> extents = new ArrayList<>();
    for (long extent : call.constant(1, "shape").longs()) {
      extents.add(Call.exact(Math.max(0, extent)));
    }
    Operand input = call.input(0);
    Shape dims = Broadcast.shape(input.dims(), new Shape(extents));
    call.give(0, picked(call, input, dims, i -> Broadcast.index(i, dims, input.dims())));
  }

  /** All of it so many times on each axis. */
  static void tile(Call call) throws Refusal {
    Operand input = call.input(0);
    Shape dims = input.dims();
    List<Long> repeats = call.constant(1, "repeats").longs();
    if (repeats.size() != dims.rank()) {
      throw new Refusal("has repeats " + repeats + " for a value " + dims);
    }
    List<Integer> extents = new ArrayList<>();
    for (int axis = 0; axis < dims.rank(); axis++) {
      extents.add(Call.exact(saturated(dims.extent(axis), Math.max(0, repeats.get(axis)))));
    }
    Shape result = Broadcast.limited(new Shape(extents));
    int[] strides = strides(dims);
    call.give(
        0,
        picked(
            call,
            input,
            result,
            i -> {
              int rest = i;
              int from = 0;
              for (int axis = result.rank() - 1; axis >= 0; axis--) {
                from += rest % result.extent(axis) % dims.extent(axis) * strides[axis];
                rest /= result.extent(axis);
              }
              return from;
            }));
  }

  /** Elements of an operand, any of them more than once or never. */
  static Operand picked(Call call, Operand input, Shape dims, IntUnaryOperator from)
      throws Refusal {
    Broadcast.limited(dims);
    return input instanceof Constant constant
        ? constant.rearranged(dims, IntStream.range(0, (int) dims.size()).map(from).toArray())
        : call.wiring().picked(call, (View) input, dims, from);
  }

  /** Channels become blocks of places: [N, C, H, W] to [N, C/b², H·b, W·b]. */
  static void depthToSpace(Call call) throws Refusal {
    Operand input = call.input(0);
    int block = block(call, input.dims(), true);
    Shape dims = input.dims();
    boolean columnsFirst = call.text("mode", "DCR").equals("DCR");
    Shape result =
        Shape.of(
            dims.extent(0),
            dims.extent(1) / block / block,
            dims.extent(2) * block,
            dims.extent(3) * block);
    call.give(0, input.rearranged(result, blocks(dims, result, block, columnsFirst)));
  }

  /** Where each element of the larger map is from. */
  private static int[] blocks(Shape small, Shape large, int block, boolean blocksFirst) {
    int channels = large.extent(1);
    int[] from = new int[(int) large.size()];
    for (int i = 0; i < from.length; i++) {
      int column = i % large.extent(3);
      int row = i / large.extent(3) % large.extent(2);
      int c = i / large.extent(3) / large.extent(2) % channels;
      int image = i / large.extent(3) / large.extent(2) / channels;
      int place = row % block * block + column % block;
      int channel = blocksFirst ? place * channels + c : c * block * block + place;
      from[i] =
          ((image * small.extent(1) + channel) * small.extent(2) + row / block) * small.extent(3)
              + column / block;
    }
    return from;
  }

  /** Blocks of places become channels, those of a place of the block together. */
  static void spaceToDepth(Call call) throws Refusal {
    Operand input = call.input(0);
    int block = block(call, input.dims(), false);
    Shape dims = input.dims();
    Shape result =
        Shape.of(
            dims.extent(0),
            dims.extent(1) * block * block,
            dims.extent(2) / block,
            dims.extent(3) / block);
    int[] to = blocks(result, dims, block, true);
    int[] from = new int[to.length];
    for (int i = 0; i < to.length; i++) {
      from[to[i]] = i;
    }
    call.give(0, input.rearranged(result, from));
  }

  private static int block(Call call, Shape dims, boolean ofChannels) throws Refusal {
    Broadcast.limited(dims);
    int block = Call.exact(call.integer("blocksize", 0));
    boolean fits = block > 0 && block < 1 << 15 && dims.rank() == 4;
    if (fits) {
      fits =
          ofChannels
              ? dims.extent(1) % (block * block) == 0
              : dims.extent(2) % block == 0 && dims.extent(3) % block == 0;
    }
    if (!fits) {
      throw new Refusal("has blocks of " + block + ", which do not divide a value " + dims);
    }
    return block;
  }

  /** How far apart the elements of each axis are. */
  static int[] strides(Shape dims) {
    int[] strides = new int[dims.rank()];
    int stride = 1;
    for (int axis = dims.rank() - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= dims.extent(axis);
    }
    return strides;
  }

  /** Where each element of a shape comes from, if a step on each axis leads so far. */
  static int[] walk(Shape dims, int start, int[] steps) {
    int[] from = new int[(int) dims.size()];
    for (int i = 0; i < from.length; i++) {
      int rest = i;
      from[i] = start;
      for (int axis = dims.rank() - 1; axis >= 0; axis--) {
        from[i] += rest % dims.extent(axis) * steps[axis];
        rest /= dims.extent(axis);
      }
    }
    return from;
  }
}
