package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.OnnxFile;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/** The graph as it grows, and what each name of the model stands for so far. */
final class Wiring {
  private final OnnxFile file;
  private final Names names;
  private final Graph.Builder graph = Graph.builder();
  private final Map<String, Operand> operands = new HashMap<>();
  private final Map<View, Map<Shape, Integer>> arranged = new HashMap<>();

  Wiring(OnnxFile file, Names names) {
    this.file = file;
    this.names = names;
  }

  /** For layers. */
  Names names() {
    return names;
  }

  Graph.Builder graph() {
    return graph;
  }

  void put(String name, Operand operand) {
    operands.put(name, operand);
  }

  Optional<Operand> find(String name) {
    return Optional.ofNullable(operands.get(name));
  }

  /** A tensor of the model. */
  Constant constant(String name, TensorProto tensor) throws Refusal {
    try {
      int type = tensor.getDataType();
      if (type == TensorProto.DataType.INT64_VALUE || type == TensorProto.DataType.INT32_VALUE) {
        long[] integers = file.integers(tensor);
        return Constant.integers(name, file.shape(tensor), integers);
      }
      Tensor values = file.tensor(tensor);
      return new Constant(name, values, type == TensorProto.DataType.BOOL_VALUE);
    } catch (MalformedContainer malformed) {
      throw new Refusal(
          "cannot read "
              + malformed.file()
              + ": "
              + String.valueOf(malformed.getMessage()).replaceAll("\\.$", ""));
    }
  }

  /** The id of these elements in their order, without the batch. */
  int settled(Call call, View view) throws Refusal {
    return arranged(call, view, unbatched(view.dims()));
  }

  /** The view as a value of its own shape, where the graph has such. */
  View settledIfPossible(Call call, View view) throws Refusal {
    Shape dims = view.dims();
    boolean possible = view.isOrdered() && dims.rank() >= 2 && dims.rank() <= 4;
    return possible && dims.extent(0) == 1 ? View.of(settled(call, view), dims) : view;
  }

  /** The shape that the graph gives a value with these dimensions. */
  static Shape unbatched(Shape dims) throws Refusal {
    if (dims.rank() < 2 || dims.rank() > 4 || dims.extent(0) != 1) {
      throw new Refusal(
          "reads a value of shape "
              + dims
              + "; this operator reads [1, C], [1, C, L] and [1, C, H, W]");
    }
    return new Shape(dims.extents().subList(1, dims.rank()));
  }

  /** The id of these elements in their order, in a shape of the graph. */
  int arranged(Call call, View view, Shape shape) throws Refusal {
    Map<Shape, Integer> known = arranged.computeIfAbsent(view, unknown -> new HashMap<>());
    Integer id = known.get(shape);
    if (id == null) {
      id =
          view.isOrdered() && view.size() == call.shape(view.id()).size()
              ? reshaped(call, view.id(), shape)
              : ordered(call, view, shape);
      known.put(shape, id);
    }
    return id;
  }

  private static int reshaped(Call call, int id, Shape shape) throws Refusal {
    if (call.shape(id).equals(shape)) {
      return id;
    }
    return call.arrange(shape.rank() == 1 ? new Op.Flatten() : new Op.Reshape(shape), id);
  }

  /** The elements of a view, put in their order. */
  private static int ordered(Call call, View view, Shape shape) throws Refusal {
    Shape base = call.shape(view.id());
    int channels = base.channels();
    for (int groups = 2; groups < channels && view.size() == base.size(); groups++) {
      if (channels % groups == 0 && isShuffle(view, groups, channels)) {
        return reshaped(call, call.arrange(new Op.ChannelShuffle(groups), view.id()), shape);
      }
    }
    return moved(call, view.id(), shape, view::from, call::arrange);
  }

  /**
   * A value made of the elements of a view.
   *
   * @param from where in the view each element of the value stands
   */
  int rearranged(Call call, View view, Shape shape, IntUnaryOperator from) throws Refusal {
    return moved(call, view.id(), shape, i -> view.from(from.applyAsInt(i)), call::add);
  }

  /** Gives a layer one name or another. */
  private interface Named {
    int add(Op op, int id) throws Refusal;
  }

  /** By tables for each axis, or else by one for all elements. */
  private static int moved(Call call, int id, Shape shape, IntUnaryOperator from, Named named)
      throws Refusal {
    Shape base = call.shape(id);
    Optional<Op.Rearrange> op = Rearrangement.find(base, shape, from);
    if (op.isPresent()) {
      return named.add(op.get(), id);
    }
    Shape vector = Shape.of((int) shape.size());
    Op.Rearrange all =
        Rearrangement.find(base, vector, from)
            .orElseThrow(
                () ->
                    new Refusal(
                        "reads the elements of " + base + " in an order that has no tables"));
    return reshaped(call, named.add(all, id), shape);
  }

  private static boolean isShuffle(View view, int groups, int channels) {
    int plane = view.size() / channels;
    for (int i = 0; i < view.size(); i++) {
      int c = i / plane;
      int from = c % groups * (channels / groups) + c / groups;
      if (view.from(i) != from * plane + i % plane) {
        return false;
      }
    }
    return true;
  }

  /** The shape of the graph for any dimensions: without the batch if that leaves one. */
  static Shape free(Shape dims) {
    if (dims.rank() >= 2 && dims.rank() <= 4 && dims.extent(0) == 1) {
      return new Shape(dims.extents().subList(1, dims.rank()));
    }
    return dims.rank() >= 1 && dims.rank() <= 3 ? dims : Shape.of((int) dims.size());
  }

  /**
   * A value made of elements of a view, any of them more than once or never.
   *
   * @param from where in the view each element of the result stands
   */
  View picked(Call call, View view, Shape dims, IntUnaryOperator from) throws Refusal {
    Broadcast.limited(dims);
    if (dims.size() == 0) {
      throw new Refusal("makes a value of shape " + dims + ", which has no elements");
    }
    return View.of(rearranged(call, view, free(dims), from), dims);
  }

  /** What is known of the names that a node reads, in their order. */
  List<Optional<Operand>> operands(List<String> names) {
    return names.stream().map(this::find).toList();
  }
}
