package dev.sinter.processor.layer;

import static java.util.stream.Collectors.joining;

import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * The values of a network whose input is pixels: between the input, 0 to 255, and all that reads it
 * stands the affine (x/255 − mean)/std, so 1/(255·std)·x − mean/std.
 */
public final class PixelInput {
  private static final double WHITE = 255;

  private final NetworkDeclaration declaration;
  private final Attributes pixels;
  private final Diagnostics found;

  private PixelInput(NetworkDeclaration declaration, Diagnostics found) {
    this.found = found;
    this.declaration = declaration;
    this.pixels = declaration.network().nested("pixels");
  }

  /** Whether the network takes pixels. */
  public static boolean isDeclared(NetworkDeclaration declaration) {
    return declaration.network().isWritten("pixels");
  }

  /**
   * The same network on pixels.
   *
   * @param found receives a warning where a value looks like one of bytes
   * @throws Rejection if its input is none of pixels, or a value does not fit it
   */
  public static Graph in(Graph graph, NetworkDeclaration declaration, Diagnostics found)
      throws Rejection {
    return new PixelInput(declaration, found).before(graph);
  }

  private Graph before(Graph graph) throws Rejection {
    List<Node> inputs = graph.inputs();
    Shape shape = inputs.get(0).shape();
    if (inputs.size() > 1
        || shape.rank() != 3
        || (shape.channels() != 1 && shape.channels() != 3)) {
      throw Problem.PIXEL_INPUT.reject(
          declaration.network().at("pixels"),
          declaration.name(),
          inputs.size() == 1 ? "its input is " + shape : "it has " + inputs.size() + " inputs");
    }
    List<Double> mean = perChannel("mean", shape.channels(), "finite", Double::isFinite);
    List<Double> std =
        perChannel("std", shape.channels(), "positive", n -> n > 0 && Double.isFinite(n));
    warnOfBytes("mean");
    warnOfBytes("std");
    Shape channels = Shape.of(shape.channels());
    Op affine =
        new Op.Affine(
            Tensor.computed(channels, c -> 1 / (WHITE * std.get(c))),
            Tensor.computed(channels, c -> -mean.get(c) / std.get(c)),
            Activation.NONE);
    return inserted(graph, inputs.get(0), affine);
  }

  /** One number for each channel, given one or all. */
  private List<Double> perChannel(
      String value, int channels, String kind, Predicate<Double> allowed) throws Rejection {
    List<Double> numbers = pixels.numbers(value);
    boolean counted = numbers.size() == 1 || numbers.size() == channels;
    if (!counted || !numbers.stream().allMatch(allowed)) {
      String each = channels == 1 ? "" : ", or one for each of the " + channels + " channels";
      throw Problem.BAD_VALUE.reject(
          pixels.at(value),
          value,
          "pixels",
          LayerContext.braces(numbers),
          "one " + kind + " number" + each);
    }
    return numbers.size() == 1 ? Collections.nCopies(channels, numbers.get(0)) : numbers;
  }

  /** What is measured on bytes is right here once it is divided by 255. */
  private void warnOfBytes(String value) {
    List<Double> numbers = pixels.numbers(value);
    if (numbers.stream().noneMatch(n -> Math.abs(n) > 1)) {
      return;
    }
    String divided = numbers.stream().map(n -> figures(n / WHITE)).collect(joining(", ", "{", "}"));
    boolean alone = value.equals("mean") && pixels.numbers("std").equals(List.of(1.0));
    found.add(
        Problem.PIXEL_SCALE.at(
            pixels.at(value),
            value,
            LayerContext.braces(numbers),
            divided,
            alone ? " If it was trained on bytes minus this, not divided, std is 1 / 255.0." : ""));
  }

  /** To three significant figures. */
  private static String figures(double number) {
    return new BigDecimal(number).round(new MathContext(3)).stripTrailingZeros().toPlainString();
  }

  private static Graph inserted(Graph graph, Node input, Op affine) {
    List<Node> readers = graph.consumers(input).stream().distinct().toList();
    Graph.Builder edit = graph.edit();
    int id = edit.add(input.name() + ".pixels", affine, List.of(input.id()));
    for (Node reader : readers) {
      List<Integer> read =
          reader.inputs().stream().map(from -> from == input.id() ? id : from).toList();
      edit.replace(reader.id(), reader.fields(), reader.op(), read);
    }
    return edit.build();
  }
}
