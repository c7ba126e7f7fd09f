package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Smaller maps on which two fragments show everything that they show on their own.
 *
 * <p>A window computes the same at every place but near the borders. So on each axis it is enough
 * to keep the outputs that see padding before the map, those that see padding after it, and one
 * that sees none. Forwards over a fragment: with b and a elements that are special at either end of
 * what it reads, a window with padding p and q and stride s gives at most ⌈(b + p)/s⌉ and ⌈(a +
 * q)/s⌉. Backwards: n outputs need (n − 1)·s + reach − p − q inputs. The true extent and the
 * smaller one agree modulo the product of the strides, so that the last window ends where it did.
 *
 * <p>A transposed convolution turns this around: b elements are special in at most (b − 1)·s +
 * reach − p outputs, and n outputs need ⌈(n + p + q − reach)/s⌉ + 1 inputs. Inside, its outputs
 * differ by their place modulo s, so there must be s of them that see no border in the place of
 * one.
 *
 * <p>Whatever reads a whole map needs it as it is, and so does a value of which more would be
 * needed than there is.
 */
final class Shrink {
  private final Graph fragment;
  private final ToIntFunction<Shape> extent;
  private final Function<Lens, Lens.Side> side;

  private Shrink(Graph fragment, ToIntFunction<Shape> extent, Function<Lens, Lens.Side> side) {
    this.fragment = fragment;
    this.extent = extent;
    this.side = side;
  }

  /**
   * Smaller shapes for the boundary. They may not suit both fragments where several values meet.
   *
   * @param before a fragment on the true shapes
   * @param after another with the same boundary and result
   */
  static Map<Integer, Shape> shrink(Graph before, Graph after, Map<Integer, Shape> boundary) {
    Map<Integer, Need> heights = needs(before, after, Shape::height, Lens::rows);
    Map<Integer, Need> widths = needs(before, after, Shape::width, Lens::columns);
    Map<Integer, Shape> shapes = new LinkedHashMap<>();
    boundary.forEach(
        (id, shape) -> {
          int height = heights.getOrDefault(id, Need.NONE).extent(shape.height());
          int width = widths.getOrDefault(id, Need.NONE).extent(shape.width());
          shapes.put(id, shape.withMap(shape.channels(), height, width));
        });
    return shapes;
  }

  /** What both fragments need on one axis to give the same outputs. */
  private static Map<Integer, Need> needs(
      Graph before, Graph after, ToIntFunction<Shape> extent, Function<Lens, Lens.Side> side) {
    Shrink replaced = new Shrink(before, extent, side);
    Shrink replacement = new Shrink(after, extent, side);
    long outputs = replaced.special().max(replacement.special()).outputs();
    Map<Integer, Need> needs = replaced.needs(outputs);
    replacement.needs(outputs).forEach((id, need) -> needs.merge(id, need, Need::max));
    return needs;
  }

  /** How many elements at either end of the result are not like those inside. */
  private Special special() {
    Map<Integer, Special> specials = new HashMap<>();
    for (Node node : fragment.nodes()) {
      Special special = Special.NONE;
      for (int input : node.inputs()) {
        special = special.max(specials.getOrDefault(input, Special.NONE));
      }
      Optional<Lens> lens = node.op().accept(new Reach());
      specials.put(
          node.id(), lens.isEmpty() ? Special.NONE : special.through(side.apply(lens.get())));
    }
    return specials.getOrDefault(result(), Special.NONE);
  }

  /** What must be there of each value for so many outputs. */
  private Map<Integer, Need> needs(long outputs) {
    Map<Integer, Need> needs = new HashMap<>();
    needs.put(result(), new Need(Math.min(outputs, extent(fragment.node(result()))), 1));
    List<Node> backwards = new ArrayList<>(fragment.nodes());
    Collections.reverse(backwards);
    for (Node node : backwards) {
      Need need = needs.getOrDefault(node.id(), Need.NONE);
      Optional<Lens> lens = node.op().accept(new Reach());
      for (int input : node.inputs()) {
        int all = extent(fragment.node(input));
        Need own = lens.isEmpty() ? new Need(all, 1) : need.through(side.apply(lens.get()), all);
        needs.merge(input, own, Need::max);
      }
    }
    return needs;
  }

  private int result() {
    return fragment.outputs().get(0).id();
  }

  private int extent(Node node) {
    return extent.applyAsInt(node.shape());
  }

  /**
   * Elements at the beginning and at the end that are not like those between.
   *
   * @param period how many between them are not like each other
   */
  private record Special(long before, long after, long period) {
    static final Special NONE = new Special(0, 0, 1);

    Special max(Special other) {
      return new Special(
          Math.max(before, other.before),
          Math.max(after, other.after),
          multiple(period, other.period));
    }

    Special through(Lens.Side side) {
      Window.Axis axis = side.axis();
      if (side.transposed()) {
        return new Special(
            Math.max(0, (before - 1) * axis.stride() + axis.reach() - axis.before()),
            Math.max(0, (after - 1) * axis.stride() + axis.reach() - axis.after() + side.extra()),
            period * axis.stride());
      }
      return new Special(
          ceilDiv(before + axis.before(), axis.stride()),
          ceilDiv(after + axis.after(), axis.stride()),
          period / divisor(period, axis.stride()));
    }

    long outputs() {
      return before + period + after;
    }
  }

  /**
   * How long an axis must be, and the period in which it may be shorter than it is.
   *
   * @param least at least 1 and at most the true extent
   */
  private record Need(long least, long period) {
    static final Need NONE = new Need(1, 1);

    Need max(Need other) {
      return new Need(Math.max(least, other.least), multiple(period, other.period));
    }

    Need through(Lens.Side side, int all) {
      Window.Axis axis = side.axis();
      long padding = (long) axis.before() + axis.after();
      if (side.transposed()) {
        long steps = Math.max(0, least + padding - side.extra() - axis.reach());
        return new Need(
            Math.min(all, ceilDiv(steps, axis.stride()) + 1),
            period / divisor(period, axis.stride()));
      }
      long inputs = (least - 1) * axis.stride() + axis.reach() - padding;
      return new Need(Math.min(all, Math.max(1, inputs)), Math.min(all, period * axis.stride()));
    }

    /** The shortest extent that will do. */
    int extent(int all) {
      return (int) (all <= least ? all : least + (all - least) % period);
    }
  }

  private static long ceilDiv(long a, long b) {
    return (a + b - 1) / b;
  }

  private static long multiple(long a, long b) {
    return a / divisor(a, b) * b;
  }

  private static long divisor(long a, long b) {
    return b == 0 ? a : divisor(b, a % b);
  }
}
