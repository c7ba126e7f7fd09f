package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * GELU as exporters write it out, ½·x·(1 + erf(x/√2)), or with tanh(√(2/π)·(x + 0.044715·x³)) in
 * place of erf. The factors may stand in any order. It is found among the nodes, because there is
 * no layer that does erf alone.
 *
 * @see <a href="https://arxiv.org/abs/1606.08415">Hendrycks and Gimpel, Gaussian Error Linear
 *     Units</a>
 */
final class Gelus {
  /** Constants are floats, some of which were computed from floats. */
  private static final double RELATIVE = 1e-6;

  /** Products behind the sum; in a damaged model there may be a circle of them. */
  private static final int LONGEST = 4;

  private final Map<String, NodeProto> producers = new HashMap<>();
  private final Map<String, List<NodeProto>> readers = new HashMap<>();
  private final Map<String, TensorProto> constants = new HashMap<>();
  private final Set<String> outputs = new HashSet<>();

  private Gelus(GraphProto graph) {
    graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
    graph.getOutputList().forEach(output -> outputs.add(output.getName()));
    for (NodeProto node : graph.getNodeList()) {
      node.getOutputList().forEach(output -> producers.put(output, node));
      for (String input : new HashSet<>(node.getInputList())) {
        readers.computeIfAbsent(input, unread -> new ArrayList<>()).add(node);
      }
      if (node.getOpType().equals("Constant")
          && node.getAttributeCount() == 1
          && node.getOutputCount() == 1) {
        AttributeProto value = node.getAttribute(0);
        if (value.hasT()) {
          constants.put(node.getOutput(0), value.getT());
        } else if (value.hasF()) {
          constants.put(node.getOutput(0), scalar(value.getF()));
        }
      }
    }
  }

  /** The nodes, with one in place of the last of those that make a GELU. */
  static List<NodeProto> recognized(GraphProto graph) {
    Gelus gelus = new Gelus(graph);
    Map<String, NodeProto> replaced = new HashMap<>();
    for (NodeProto node : graph.getNodeList()) {
      gelus.argument(node).ifPresent(argument -> gelus.replace(node, argument, replaced));
    }
    return graph.getNodeList().stream()
        .map(
            node ->
                node.getOutputCount() == 1 ? replaced.getOrDefault(node.getOutput(0), node) : node)
        .toList();
  }

  /** What a GELU is of, and whether it is the one with tanh. */
  private record Argument(String x, boolean tanh) {}

  private void replace(NodeProto function, Argument argument, Map<String, NodeProto> replaced) {
    last(function, argument.x())
        .ifPresent(
            last ->
                replaced.put(
                    last.getOutput(0),
                    NodeProto.newBuilder()
                        .setOpType("Gelu")
                        .setName(last.getName())
                        .addInput(argument.x())
                        .addOutput(last.getOutput(0))
                        .addAttribute(
                            AttributeProto.newBuilder()
                                .setName("approximate")
                                .setType(AttributeProto.AttributeType.STRING)
                                .setS(ByteString.copyFromUtf8(argument.tanh() ? "tanh" : "none")))
                        .build()));
  }

  /** The x of erf(x/√2) and of tanh(√(2/π)·(x + 0.044715·x³)). */
  private Optional<Argument> argument(NodeProto node) {
    if (node.getInputCount() != 1 || node.getOutputCount() != 1) {
      return Optional.empty();
    }
    Scaled inner = scaled(node.getInput(0));
    if (node.getOpType().equals("Erf") && isNear(inner.factor(), Math.sqrt(0.5))) {
      return Optional.of(new Argument(inner.x(), false));
    }
    if (node.getOpType().equals("Tanh") && isNear(inner.factor(), Math.sqrt(2 / Math.PI))) {
      return cubicOf(inner.x()).map(x -> new Argument(x, true));
    }
    return Optional.empty();
  }

  /** The x of x + 0.044715·x³. */
  private Optional<String> cubicOf(String sum) {
    Optional<NodeProto> add = made(sum, "Add");
    for (int side = 0; side < 2 && add.isPresent(); side++) {
      String x = add.get().getInput(side);
      Scaled cube = scaled(add.get().getInput(1 - side));
      boolean isCubic =
          made(cube.x(), "Pow")
              .filter(power -> power.getInput(0).equals(x))
              .filter(power -> isNear(scalar(power.getInput(1)).orElse(0), 3))
              .isPresent();
      if (isCubic && isNear(cube.factor(), 0.044715)) {
        return Optional.of(x);
      }
    }
    return Optional.empty();
  }

  /** The node that gives ½·x·(1 + f), of the node that gives f. */
  private Optional<NodeProto> last(NodeProto function, String x) {
    NodeProto node = onlyReader(function.getOutput(0)).orElse(function);
    boolean isOneMore =
        is(node, "Add") && isNear(scalar(other(node, function.getOutput(0))).orElse(0), 1);
    boolean gated = false;
    double factor = isOneMore ? 1 : 0;
    for (int step = 0; factor != 0 && !(gated && isNear(factor, 0.5)); step++) {
      String value = node.getOutput(0);
      Optional<NodeProto> reader = onlyReader(value);
      if (step == LONGEST || reader.isEmpty()) {
        return Optional.empty();
      }
      NodeProto next = reader.get();
      if (!is(next, "Mul") && !is(next, "Div")) {
        return Optional.empty();
      }
      String by = other(next, value);
      boolean divides = is(next, "Div");
      OptionalDouble constant = scalar(by);
      if (constant.isPresent() && (!divides || next.getInput(0).equals(value))) {
        factor *= divides ? 1 / constant.getAsDouble() : constant.getAsDouble();
      } else if (!gated && !divides && scaled(by, x).x().equals(x)) {
        gated = true;
        factor *= scaled(by, x).factor();
      } else {
        return Optional.empty();
      }
      node = next;
    }
    return factor == 0 ? Optional.empty() : Optional.of(node);
  }

  /** A value as a multiple of another. */
  private record Scaled(String x, double factor) {}

  private Scaled scaled(String value) {
    return scaled(value, "");
  }

  /**
   * A value as a multiple of what it is made of.
   *
   * @param x which is taken as it is
   */
  private Scaled scaled(String value, String x) {
    if (value.equals(x)) {
      return new Scaled(value, 1);
    }
    Optional<Scaled> quotient =
        made(value, "Div")
            .filter(node -> scalar(node.getInput(1)).isPresent())
            .map(node -> new Scaled(node.getInput(0), 1 / scalar(node.getInput(1)).orElse(1)));
    return quotient
        .or(() -> made(value, "Mul").flatMap(node -> product(node, 0)))
        .or(() -> made(value, "Mul").flatMap(node -> product(node, 1)))
        .orElse(new Scaled(value, 1));
  }

  /** The other factor, if the one on this side is a number. */
  private Optional<Scaled> product(NodeProto node, int side) {
    OptionalDouble factor = scalar(node.getInput(side));
    return factor.isPresent()
        ? Optional.of(new Scaled(node.getInput(1 - side), factor.getAsDouble()))
        : Optional.empty();
  }

  /** The node that gives a value, if it is one of this type. */
  private Optional<NodeProto> made(String value, String type) {
    return Optional.ofNullable(producers.get(value)).filter(node -> is(node, type));
  }

  private static boolean is(NodeProto node, String type) {
    return node.getOpType().equals(type) && node.getInputCount() == 2 && node.getOutputCount() == 1;
  }

  private static String other(NodeProto node, String input) {
    return node.getInput(node.getInput(0).equals(input) ? 1 : 0);
  }

  private Optional<NodeProto> onlyReader(String value) {
    List<NodeProto> all = readers.getOrDefault(value, List.of());
    return all.size() == 1 && !outputs.contains(value) ? Optional.of(all.get(0)) : Optional.empty();
  }

  private static boolean isNear(double value, double expected) {
    return Math.abs(value - expected) <= RELATIVE * expected;
  }

  private static TensorProto scalar(float value) {
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addFloatData(value)
        .build();
  }

  /** A constant of one float, where it stands in the model itself. */
  private OptionalDouble scalar(String name) {
    TensorProto tensor = constants.get(name);
    if (tensor == null
        || tensor.getDataType() != TensorProto.DataType.FLOAT_VALUE
        || tensor.getDimsCount() > 2
        || tensor.getDimsList().stream().anyMatch(extent -> extent != 1)) {
      return OptionalDouble.empty();
    }
    if (tensor.getFloatDataCount() == 1) {
      return OptionalDouble.of(tensor.getFloatData(0));
    }
    return tensor.getRawData().size() == Float.BYTES
        ? OptionalDouble.of(
            tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getFloat())
        : OptionalDouble.empty();
  }
}
