package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The extents of a model's inputs, checked and completed. */
final class InputShapes {
  private final String name;
  private final Location location;
  private final List<Integer> given;
  private final Location givenAt;

  /**
   * Reads the inputs of one model.
   *
   * @param name of its file
   * @param given what stands in the annotation, in the model's order; else empty
   */
  InputShapes(String name, Location location, List<Integer> given, Location givenAt) {
    this.name = name;
    this.location = location;
    this.given = given;
    this.givenAt = givenAt;
  }

  /** What follows the batch, in the model's order. */
  List<Integer> extents(ValueInfoProto input) throws Rejection {
    String label = Labels.printable(input.getName());
    TypeProto.Tensor type = input.getType().getTensorType();
    if (type.getElemType() != TensorProto.DataType.FLOAT_VALUE) {
      throw Problem.MODEL_INPUT.reject(
          location, label, name, written(type.getShape()), "its elements must be float32");
    }
    int rank = type.getShape().getDimCount();
    if (rank < 2 || rank > 4) {
      throw Problem.MODEL_INPUT.reject(
          location,
          label,
          name,
          written(type.getShape()),
          "it must be [1, C], [1, C, L] or [1, C, H, W]");
    }
    return extents(type.getShape(), label);
  }

  private List<Integer> extents(TensorShapeProto dims, String label) throws Rejection {
    TensorShapeProto.Dimension batch = dims.getDim(0);
    if (batch.hasDimValue() && batch.getDimValue() != 1) {
      // Some exporters write what is open as 0 or −1.
      if (batch.getDimValue() > 1) {
        throw Problem.MODEL_INPUT.reject(
            location, label, name, written(dims), "its batch must be 1: export it for one image");
      }
    }
    if (!given.isEmpty() && given.size() != dims.getDimCount() - 1) {
      throw Problem.MODEL_INPUT.reject(
          givenAt,
          label,
          name,
          written(dims),
          "input must give what follows the batch, not " + given);
    }
    List<Integer> extents = new ArrayList<>();
    for (int axis = 1; axis < dims.getDimCount(); axis++) {
      long fixed = dims.getDim(axis).getDimValue();
      int extent = given.isEmpty() ? (int) Math.min(fixed, Integer.MAX_VALUE) : given.get(axis - 1);
      if (fixed > 0 && extent != fixed) {
        throw Problem.MODEL_INPUT.reject(
            givenAt, label, name, written(dims), "input must give the same, not " + given);
      }
      if (extent < 1) {
        throw Problem.MODEL_INPUT.reject(
            location,
            label,
            name,
            written(dims),
            "give the extents that it leaves open, as in @Network(model = \""
                + name
                + "\", input = "
                + example(dims)
                + ")");
      }
      extents.add(extent);
    }
    if (new Shape(extents).size() > Integer.MAX_VALUE) {
      throw Problem.MODEL_INPUT.reject(
          location, label, name, written(dims), "it has more elements than an array");
    }
    return extents;
  }

  /** {@code {3, 224, 224}}: what is fixed, and something likely for what is not. */
  private static String example(TensorShapeProto dims) {
    return dims.getDimList().stream()
        .skip(1)
        .map(dim -> dim.getDimValue() > 0 ? Long.toString(dim.getDimValue()) : "224")
        .collect(Collectors.joining(", ", "{", "}"));
  }

  /** {@code [batch, 3, ?, ?]}. */
  private static String written(TensorShapeProto dims) {
    return dims.getDimList().stream()
        .map(
            dim ->
                dim.hasDimValue()
                    ? Long.toString(dim.getDimValue())
                    : dim.getDimParam().isEmpty() ? "?" : Labels.printable(dim.getDimParam()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
