package dev.sinter.kernel;

import dev.sinter.Model;
import dev.sinter.Port;
import dev.sinter.Session;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Runs a model on inputs that are drawn from a seed, and compares its outputs with those that the
 * declared network gave in double precision when it was compiled. Generated self-tests are its
 * users; what is drawn, and in which order, the processor knows too:
 *
 * <ol>
 *   <li>for each element of each input {@code nextInt(256)}, where the network takes pixels, else
 *       {@code nextInt(1 << 24)}, divided by 2²³ and less 1: from −1 to 1;
 *   <li>for each output the elements that are compared: all, if there are no more than 64, or 512
 *       divided by the number of outputs where that is less; else so many, each at {@code
 *       nextInt(size)}. At regular distances they might all lie in one column or channel.
 * </ol>
 */
public final class SelfTest {
  private static final int MOST = 64;
  private static final int MOST_IN_ALL = 512;

  private final ArenaModel model;
  private final int seed;
  private final Random random;
  private final float[][] outputs;
  private int next;

  /** Runs the model on the inputs of a seed; pixels as bytes and as floats. */
  public SelfTest(Model model, int seed) {
    this.model = (ArenaModel) model;
    this.seed = seed;
    random = new Random(seed);
    boolean pixels = this.model.takesPixels();
    float[][] inputs = new float[model.inputs().size()][];
    for (int k = 0; k < inputs.length; k++) {
      inputs[k] = drawn(model.inputs().get(k).size(), pixels);
    }
    outputs = outputs();
    try (Session session = model.newSession()) {
      session.run(inputs, outputs);
      if (pixels) {
        float[][] ofBytes = outputs();
        session.run(
            this.model.pixels().bytes(inputs[0], this.model.inputSlots[0].channels()), ofBytes);
        for (int k = 0; k < outputs.length; k++) {
          compareBits(k, ofBytes[k]);
        }
      }
    }
  }

  private float[] drawn(int size, boolean pixels) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = pixels ? random.nextInt(256) : random.nextInt(1 << 24) * 0x1p-23f - 1;
    }
    return values;
  }

  private float[][] outputs() {
    float[][] arrays = new float[model.outputs().size()][];
    for (int k = 0; k < arrays.length; k++) {
      arrays[k] = new float[model.outputs().get(k).size()];
    }
    return arrays;
  }

  private void compareBits(int output, float[] ofBytes) {
    if (!Arrays.equals(outputs[output], ofBytes)) {
      throw new AssertionError(
          describe(output) + " is another for bytes than for the same numbers as floats.");
    }
  }

  /**
   * Compares the next output.
   *
   * @param tolerance the largest difference that kernels may make
   * @param expected the elements that are compared
   * @throws AssertionError if one differs by more
   */
  public SelfTest expect(float tolerance, float... expected) {
    int output = next++;
    float[] found = outputs[output];
    int most = Math.min(MOST, MOST_IN_ALL / outputs.length);
    for (int i = 0; i < expected.length; i++) {
      int element = found.length <= most ? i : random.nextInt(found.length);
      // Infinities and NaN are equal to themselves only.
      if (Float.compare(found[element], expected[i]) != 0
          && !(Math.abs((double) found[element] - expected[i]) <= tolerance)) {
        throw new AssertionError(
            String.format(
                Locale.ROOT,
                "%s is %s at element %d; expected %s, as the declared network gives in double"
                    + " precision, or up to %s from it.",
                describe(output),
                found[element],
                element,
                expected[i],
                tolerance));
      }
    }
    return this;
  }

  private String describe(int output) {
    Port port = model.outputs().get(output);
    return "Output '"
        + port.name()
        + "' of "
        + model.name()
        + " for the inputs of seed "
        + seed
        + ", with the kernels "
        + model.backend()
        + ",";
  }
}
