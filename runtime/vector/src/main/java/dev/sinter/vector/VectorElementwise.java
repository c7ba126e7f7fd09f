package dev.sinter.vector;

import dev.sinter.kernel.ActivationFunction;
import dev.sinter.kernel.Kernel;
import dev.sinter.kernel.Scratch;
import dev.sinter.kernel.ScratchSize;
import dev.sinter.kernel.Slot;
import dev.sinter.kernel.Window;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/**
 * What treats each element by itself: steps that each take the result so far and one more operand,
 * and an activation. They run over lines of consecutive floats, of a block of positions that fits
 * the first cache where all slots are dense, else of one position; what is no whole vector at a
 * line's end is moved aside and back. A part is some blocks.
 */
final class VectorElementwise implements Kernel {
  private static final int LANES = FloatVector.SPECIES_PREFERRED.length();
  private static final int BLOCK = 4096; // floats
  private static final int PART = 65_536; // floats

  private final Slot first;
  private final Slot output;
  private final List<Step> steps;
  private final Epilogue epilogue;
  private final List<Slot> vectors; // factors with one element a channel
  private final int leading; // how many of them stand before the first map
  private final boolean dense;
  private final int block; // positions
  private final Bands bands; // of blocks

  private VectorElementwise(
      Slot first,
      Slot output,
      List<Step> steps,
      List<Slot> vectors,
      int leading,
      ActivationFunction activation) {
    this.first = first;
    this.output = output;
    this.steps = steps;
    this.vectors = vectors;
    this.leading = leading;
    epilogue = Epilogue.of(output, activation);
    boolean dense = output.isDense() && first.isDense();
    for (Step step : steps) {
      dense &= step.slot.isDense();
    }
    this.dense = dense;
    int channels = output.channels();
    int positions = channels % LANES == 0 ? 1 : LANES; // so many make whole vectors
    block = Math.max(1, BLOCK / (channels * positions)) * positions;
    bands = Bands.of(Window.ceil(output.positions(), block), output.size(), PART);
  }

  /** One step: what is done with the result so far and an operand. */
  private static final class Step {
    private enum Operation {
      MOVE,
      ADD,
      MULTIPLY,
      SCALE,
      AFFINE
    }

    final Operation operation;
    final Slot slot; // the operand that is a map, if any
    final float[] scale; // for AFFINE, repeated by one vector
    final float[] shift;
    final int vector; // for SCALE, which of the vectors

    Step(Operation operation, Slot slot, float[] scale, float[] shift, int vector) {
      this.operation = operation;
      this.slot = slot;
      this.scale = scale;
      this.shift = shift;
      this.vector = vector;
    }

    Step(Operation operation, Slot slot, int vector) {
      this(operation, slot, new float[0], new float[0], vector);
    }
  }

  static Kernel activation(Slot input, Slot output, ActivationFunction activation) {
    List<Step> steps = List.of(new Step(Step.Operation.MOVE, input, 0));
    return new VectorElementwise(input, output, steps, List.of(), 0, activation);
  }

  static Kernel affine(
      Slot input, Slot output, float[] scale, float[] shift, ActivationFunction activation) {
    Step step = new Step(Step.Operation.AFFINE, input, repeated(scale), repeated(shift), 0);
    return new VectorElementwise(input, output, List.of(step), List.of(), 0, activation);
  }

  private static float[] repeated(float[] values) {
    float[] repeated = new float[values.length + LANES];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = values[i % values.length];
    }
    return repeated;
  }

  static Kernel add(Slot[] inputs, Slot output, ActivationFunction activation) {
    List<Step> steps = new ArrayList<>();
    for (int k = 1; k < inputs.length; k++) {
      steps.add(new Step(Step.Operation.ADD, inputs[k], 0));
    }
    return of(inputs[0], output, steps, List.of(), 0, activation);
  }

  /** At least one input is a map. */
  static Kernel multiply(Slot[] inputs, Slot output, ActivationFunction activation) {
    int leading = 0;
    while (inputs[leading].positions() != output.positions()) {
      leading++;
    }
    Slot first = inputs[leading];
    List<Slot> vectors = new ArrayList<>(List.of(inputs).subList(0, leading));
    List<Step> steps = new ArrayList<>();
    if (leading > 0) {
      steps.add(new Step(Step.Operation.SCALE, first, 0)); // by their product
    }
    for (int k = leading + 1; k < inputs.length; k++) {
      if (inputs[k].positions() == output.positions()) {
        steps.add(new Step(Step.Operation.MULTIPLY, inputs[k], 0));
      } else {
        steps.add(new Step(Step.Operation.SCALE, first, vectors.size()));
        vectors.add(inputs[k]);
      }
    }
    return of(first, output, steps, vectors, leading, activation);
  }

  private static Kernel of(
      Slot first,
      Slot output,
      List<Step> steps,
      List<Slot> vectors,
      int leading,
      ActivationFunction activation) {
    return steps.isEmpty()
        ? activation(first, output, activation)
        : new VectorElementwise(first, output, steps, vectors, leading, activation);
  }

  @Override
  public int parts() {
    return bands.count();
  }

  /** Three vectors aside, and each vector of factors repeated. */
  @Override
  public ScratchSize scratch() {
    return ScratchSize.floats(at(vectors.size()) + Epilogue.SCRATCH);
  }

  /** Where a vector of factors is in the buffer. */
  private int at(int vector) {
    return 3 * LANES + vector * (output.channels() + LANES);
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    float[] buffer = scratch.buffer();
    for (int k = 0; k < vectors.size(); k++) {
      repeat(arena, vectors.get(k).offset(), buffer, at(k));
    }
    for (int k = 1; k < leading; k++) {
      ElementLoops.multiply(buffer, at(0), at(k), at(0), output.channels() + LANES);
    }
    int end = Math.min(bands.from(part + 1) * block, output.positions());
    for (int from = bands.from(part) * block; from < end; from += block) {
      int to = Math.min(from + block, end);
      if (dense) {
        line(arena, from, (to - from) * output.channels(), buffer);
      } else {
        for (int position = from; position < to; position++) {
          line(arena, position, output.channels(), buffer);
        }
      }
      epilogue.apply(arena, from, to, buffer, at(vectors.size()));
    }
  }

  private void repeat(float[] arena, int from, float[] buffer, int to) {
    int channels = output.channels();
    System.arraycopy(arena, from, buffer, to, channels);
    for (int i = 0; i < LANES; i++) {
      buffer[to + channels + i] = buffer[to + i % channels];
    }
  }

  /** All steps on consecutive floats from a position on. */
  private void line(float[] arena, int position, int count, float[] buffer) {
    int rest = count % LANES;
    int whole = count - rest;
    int to = output.position(position);
    for (int k = 0; k < steps.size(); k++) {
      Step step = steps.get(k);
      int x = k == 0 ? first.position(position) : to;
      int y = step.slot.position(position);
      boolean last = k == steps.size() - 1;
      float low = last ? epilogue.low() : Float.NEGATIVE_INFINITY;
      float high = last ? epilogue.high() : Float.POSITIVE_INFINITY;
      run(step, arena, x, y, to, whole, 0, buffer, low);
      if (high < Float.POSITIVE_INFINITY) {
        ElementLoops.atMost(arena, to, whole, high);
      }
      if (rest > 0) {
        System.arraycopy(arena, x + whole, buffer, 0, rest);
        System.arraycopy(arena, y + whole, buffer, LANES, rest);
        int channel = whole % output.channels();
        run(step, buffer, 0, LANES, 2 * LANES, LANES, channel, buffer, low);
        ElementLoops.atMost(buffer, 2 * LANES, LANES, high);
        System.arraycopy(buffer, 2 * LANES, arena, to + whole, rest);
      }
    }
  }

  /** One step on whole vectors. */
  private void run(
      Step step,
      float[] values,
      int x,
      int y,
      int to,
      int count,
      int channel,
      float[] buffer,
      float low) {
    int channels = output.channels();
    switch (step.operation) {
      case MOVE:
        if (x != to || low > Float.NEGATIVE_INFINITY) {
          ElementLoops.move(values, x, to, count, low);
        }
        break;
      case ADD:
        ElementLoops.add(values, x, y, to, count, low);
        break;
      case MULTIPLY:
        ElementLoops.multiply(values, x, y, to, count, low);
        break;
      case SCALE:
        int table = at(step.vector);
        ElementLoops.scale(values, x, to, count, buffer, table, channel, channels, low);
        break;
      case AFFINE:
        float[] scale = step.scale;
        ElementLoops.affine(values, x, to, count, scale, step.shift, channel, channels, low);
        break;
    }
  }
}
