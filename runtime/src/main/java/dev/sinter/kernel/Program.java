package dev.sinter.kernel;

import dev.sinter.Model;
import dev.sinter.Pixels;
import dev.sinter.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link Model}: what goes in and comes out, and the kernels between, in the order in
 * which they run. Generated {@code load()} methods are its users.
 *
 * <pre>{@code
 * return new Program("Digits", backend)
 *     .arena(12_544)
 *     .parameters(26_010)
 *     .macs(1_234_567)
 *     .input("input", Slot.of(0, 1, 28, 28), 1, 28, 28)
 *     .step(SinteredDigits_Conv1.kernel(backend))
 *     .output("probabilities", Slot.of(784, 10, 1, 1), 10)
 *     .model();
 * }</pre>
 */
public final class Program {
  final String name;
  final Backend backend;
  final List<Port> inputs = new ArrayList<>();
  final List<Slot> inputSlots = new ArrayList<>();
  final List<Kernel> steps = new ArrayList<>();
  final List<Port> outputs = new ArrayList<>();
  final List<Slot> outputSlots = new ArrayList<>();
  int arena;
  long parameters;
  long macs;
  @Nullable PixelLayout pixels;
  @Nullable LabelSet labels;

  /**
   * An empty program.
   *
   * @param name the name of the class that declares the network
   * @param backend what made the kernels of its steps
   */
  public Program(String name, Backend backend) {
    this.name = name;
    this.backend = backend;
  }

  /** Sets the number of floats of the working memory in which all slots lie. */
  public Program arena(int floats) {
    arena = floats;
    return this;
  }

  /** Sets the number of constants. */
  public Program parameters(long count) {
    parameters = count;
    return this;
  }

  /** Sets the number of multiplications with a constant for one image. */
  public Program macs(long count) {
    macs = count;
    return this;
  }

  /**
   * Adds an input.
   *
   * @param slot where each image is put before the first step
   * @param shape [C, H, W], [C, L] or [C], of as many elements as the slot
   */
  public Program input(String name, Slot slot, int... shape) {
    inputs.add(port(name, slot, shape));
    inputSlots.add(slot);
    return this;
  }

  /** Lets the input that was added, one of 1 or 3 channels, be given as bytes in this order too. */
  public Program pixels(Pixels.Order order) {
    pixels = PixelLayout.of(order, inputSlots.get(0).channels());
    return this;
  }

  /** Adds what runs next. */
  public Program step(Kernel kernel) {
    steps.add(kernel);
    return this;
  }

  /**
   * Adds kernels that run one after the other; what each but the last writes, only the next reads.
   * A backend may do them as one.
   */
  public Program chain(Kernel... kernels) {
    steps.addAll(Arrays.asList(kernels));
    return this;
  }

  /**
   * Adds an output.
   *
   * @param slot where the result of each image stands after the last step
   * @param shape [C, H, W], [C, L] or [C], of as many elements as the slot
   */
  public Program output(String name, Slot slot, int... shape) {
    outputs.add(port(name, slot, shape));
    outputSlots.add(slot);
    return this;
  }

  private static Port port(String name, Slot slot, int... shape) {
    Port port = new Port(name, shape);
    if (port.size() != slot.size()) {
      throw new IllegalArgumentException(
          port + " has " + port.size() + " elements, its slot has " + slot.size() + ".");
    }
    return port;
  }

  /**
   * Names the elements of the last output.
   *
   * @param probabilities whether these are probabilities; if not, their softmax is
   * @param text parts that together have a label a line
   */
  public Program labels(boolean probabilities, String... text) {
    labels = new LabelSet(probabilities, text);
    return this;
  }

  /** The finished model. Once only, as a backend that warms up begins with it. */
  public Model model() {
    ArenaModel model = new ArenaModel(this);
    if (backend instanceof Takeover) {
      ((Takeover) backend).start(model);
    }
    return model;
  }
}
