package dev.sinter.processor.fold;

import static dev.sinter.processor.fold.CounterExample.ADD;
import static dev.sinter.processor.fold.CounterExample.CONV;
import static dev.sinter.processor.fold.CounterExample.NORM;
import static dev.sinter.processor.fold.CounterExample.OPS;
import static dev.sinter.processor.fold.CounterExample.RELU;
import static dev.sinter.processor.fold.CounterExample.affine;
import static dev.sinter.processor.fold.CounterExample.map;
import static dev.sinter.processor.fold.CounterExample.pool;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/** Counter-examples of the folds into transposed convolutions. */
final class TransposedCounterExamples {
  /** 3 × 3 with padding 1: the map keeps its size. */
  private static final Op.ConvTranspose UP = OPS.convTranspose(CONV.window(), 1, 3, 3, true);

  private static final Op POOL = pool(Op.Pool.Kind.MAX);
  private static final Op.Affine SCALE = Op.Affine.times(NORM.scale());

  private TransposedCounterExamples() {}

  static List<CounterExample> all() {
    return List.of(
        readThroughPool(),
        withAnotherReader(),
        asOutput(),
        withActivation(),
        readsThroughPool(),
        ofActivated(),
        ofShifted());
  }

  // ---- convtranspose+bn ----

  private static CounterExample readThroughPool() {
    Graph graph = map().then("up", UP).then("pool", POOL).then("bn", NORM).gives();
    return new CounterExample(
        "convtranspose+bn",
        1,
        "a max-pool stands between",
        List.of("up", "bn"),
        graph,
        map().then("up", UP).then("bn", NORM).then("pool", POOL).gives(),
        CounterExample.moved(graph, "up", behind(UP, NORM), "bn", "pool"));
  }

  private static CounterExample withAnotherReader() {
    Graph graph = map().then("up", UP).then("bn", NORM).then("sum", ADD, "bn", "up").gives();
    return new CounterExample(
        "convtranspose+bn",
        2,
        "a sum reads the transposed convolution too",
        List.of("up", "bn"),
        graph,
        map().then("up", UP).then("bn", NORM).then("sum", ADD, "bn", "input").gives(),
        CounterExample.inPlace(graph, "up", behind(UP, NORM), "bn", "sum"));
  }

  private static CounterExample asOutput() {
    Graph graph = map().then("up", UP).then("bn", NORM).gives("up", "bn");
    return new CounterExample(
        "convtranspose+bn",
        2,
        "the transposed convolution is an output",
        List.of("up", "bn"),
        graph,
        map().then("up", UP).then("bn", NORM).gives(),
        CounterExample.inPlace(graph, "up", behind(UP, NORM), "bn", "up"));
  }

  private static CounterExample withActivation() {
    Graph graph = map().then("up", UP.with(RELU)).then("bn", NORM).gives();
    return new CounterExample(
        "convtranspose+bn",
        3,
        "the transposed convolution has an activation",
        List.of("up", "bn"),
        graph,
        map().then("up", UP).then("bn", NORM).gives(),
        CounterExample.merged(graph, behind(UP, NORM).with(RELU)));
  }

  // ---- bn+convtranspose ----

  private static CounterExample readsThroughPool() {
    Graph graph = map().then("bn", SCALE).then("pool", POOL).then("up", UP).gives();
    return new CounterExample(
        "bn+convtranspose",
        1,
        "a max-pool stands between",
        List.of("bn", "up"),
        graph,
        map().then("pool", POOL).then("bn", SCALE).then("up", UP).gives(),
        DownwardCounterExamples.without(graph, "up", before(UP, SCALE), "up"));
  }

  private static CounterExample ofActivated() {
    Graph graph = map().then("bn", SCALE.with(RELU)).then("up", UP).gives();
    return new CounterExample(
        "bn+convtranspose",
        2,
        "the affine has an activation",
        List.of("bn", "up"),
        graph,
        map().then("bn", SCALE).then("up", UP).gives(),
        DownwardCounterExamples.without(graph, "up", before(UP, SCALE), "up"));
  }

  /** The sum over all taps is right inside, as the stride is 1, and too much at the border. */
  private static CounterExample ofShifted() {
    Graph graph = map().then("bn", affine(NORM)).then("up", UP).gives();
    return new CounterExample(
        "bn+convtranspose",
        3,
        "it shifts, and fewer taps land at the border",
        List.of("bn", "up"),
        graph,
        map().then("bn", SCALE).then("up", UP).gives(),
        DownwardCounterExamples.without(graph, "up", before(UP, NORM), "up"));
  }

  // ---- parts, for one group and three channels each ----

  private static Op.ConvTranspose behind(Op.ConvTranspose up, Op.ChannelAffine affine) {
    return with(
        up,
        tap -> affine.scale().get(tap / 9 % 3),
        o -> affine.scale().get(o) * up.bias().get(o) + affine.shift().get(o));
  }

  private static Op.ConvTranspose before(Op.ConvTranspose up, Op.ChannelAffine affine) {
    return with(
        up,
        tap -> affine.scale().get(tap / 27),
        o -> {
          double sum = up.bias().get(o);
          for (int tap = 0; tap < 81; tap++) {
            sum += tap / 9 % 3 == o ? up.weight().get(tap) * affine.shift().get(tap / 27) : 0;
          }
          return sum;
        });
  }

  private static Op.ConvTranspose with(
      Op.ConvTranspose up, IntToDoubleFunction factor, IntToDoubleFunction bias) {
    return new Op.ConvTranspose(
        up.window(),
        0,
        0,
        1,
        Tensor.computed(
            up.weight().shape(), tap -> up.weight().get(tap) * factor.applyAsDouble(tap)),
        Tensor.computed(Shape.of(3), bias),
        Activation.NONE);
  }
}
