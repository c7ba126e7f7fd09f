package dev.sinter.kernel;

import dev.sinter.Classification;
import dev.sinter.Model;
import dev.sinter.Port;
import dev.sinter.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A finished {@link Program}: steps over an arena that each session has for itself. */
final class ArenaModel implements Model {
  /** Stands in the steps that another step does too. */
  private static final Kernel NOTHING = (arena, part, scratch) -> {};

  private final String name;
  private final Backend backend;
  private final @Nullable Takeover takeover;
  private final int arena;
  private final long parameters;
  private final long macs;
  private final List<Port> inputs;
  private final List<Port> outputs;
  final Slot[] inputSlots;
  final Slot[] outputSlots;
  final Kernel[] steps;
  private final int[][] chains;
  private final @Nullable PixelLayout pixels;
  private final @Nullable LabelSet labels;

  ArenaModel(Program program) {
    name = program.name;
    backend = program.backend;
    takeover = backend instanceof Takeover ? (Takeover) backend : null;
    arena = program.arena;
    parameters = program.parameters;
    macs = program.macs;
    inputs = Collections.unmodifiableList(new ArrayList<>(program.inputs));
    outputs = Collections.unmodifiableList(new ArrayList<>(program.outputs));
    inputSlots = program.inputSlots.toArray(new Slot[0]);
    outputSlots = program.outputSlots.toArray(new Slot[0]);
    steps = program.steps.toArray(new Kernel[0]);
    chains = program.chains.toArray(new int[0][]);
    pixels = program.pixels;
    labels = program.labels;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Port> inputs() {
    return inputs;
  }

  @Override
  public List<Port> outputs() {
    return outputs;
  }

  @Override
  public List<String> labels() {
    return labels == null ? Collections.emptyList() : labels.names();
  }

  @Override
  public long parameters() {
    return parameters;
  }

  @Override
  public long macs() {
    return macs;
  }

  @Override
  public long arenaBytes() {
    return (long) arena * Float.BYTES;
  }

  @Override
  public String backend() {
    return takeover == null ? backend.name() : takeover.name(steps);
  }

  @Override
  public void warmUp() {
    if (takeover != null) {
      takeover.await();
      return;
    }
    for (Kernel step : steps) {
      backend.warmUp(step);
    }
  }

  /** A run has ended. */
  void ran() {
    if (takeover != null) {
      takeover.want();
    }
  }

  /** Changes whenever a kernel has been replaced. */
  int version() {
    return takeover == null ? 0 : takeover.version();
  }

  /** The first step of the chain that ends with a step; −1 if there is none. */
  int chainBegin(int last) {
    for (int[] chain : chains) {
      if (chain[1] == last) {
        return chain[0];
      }
    }
    return -1;
  }

  /** The kernels that run now in some steps. */
  synchronized Kernel[] kernels(int first, int last) {
    Kernel[] kernels = new Kernel[last + 1 - first];
    for (int k = first; k <= last; k++) {
      kernels[k - first] = Handover.current(steps[k]);
    }
    return kernels;
  }

  /** Puts one kernel in the place of all that run in some steps, which may be replaced. */
  synchronized void join(int first, int last, Kernel one) {
    for (int k = first; k <= last; k++) {
      ((Handover) steps[k]).replace(k == first ? one : NOTHING, true);
    }
  }

  /** The arena's length in floats. */
  int arena() {
    return arena;
  }

  @Override
  public float[] run(float[] input) {
    Objects.requireNonNull(input, "input");
    checkSinglePorts();
    float[][] in = {input};
    float[] output = output(images(in));
    try (Session session = newSession()) {
      session.run(in, new float[][] {output});
    }
    return output;
  }

  @Override
  public float[] run(byte[] pixels) {
    Objects.requireNonNull(pixels, "pixels");
    checkSinglePorts();
    float[] output = output(images(pixels));
    try (Session session = newSession()) {
      session.run(pixels, output);
    }
    return output;
  }

  @Override
  public Classification classify(float[] input) {
    try (Session session = newSession()) {
      return session.classify(input);
    }
  }

  @Override
  public Classification classify(byte[] pixels) {
    try (Session session = newSession()) {
      return session.classify(pixels);
    }
  }

  private float[] output(int images) {
    long length = (long) images * outputSlots[0].size();
    if (length > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "The output of "
              + name
              + " for a batch of "
              + images
              + " has "
              + length
              + " floats, more than an array holds; run smaller batches.");
    }
    return new float[(int) length];
  }

  @Override
  public Session newSession() {
    return newSession(1);
  }

  @Override
  public Session newSession(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(
          "A session of " + name + " runs on at least 1 thread; found " + threads + ".");
    }
    return new ArenaSession(this, Memory.floats(arena), threads);
  }

  /** Refuses the calls that are for networks of one input and one output. */
  void checkSinglePorts() {
    if (inputs.size() != 1 || outputs.size() != 1) {
      throw new IllegalStateException(
          name
              + " has the inputs "
              + inputs
              + " and the outputs "
              + outputs
              + "; use Session.run(float[][], float[][]).");
    }
  }

  /** The number of images that the inputs hold: all the same number, and at least one. */
  int images(float[][] in) {
    checkCount("input", inputs, in);
    int size = inputSlots[0].size();
    int images = in[0].length / size;
    if (images == 0 || images * size != in[0].length) {
      throw wrongLength("Input", inputs.get(0), "or a multiple for a batch", in[0]);
    }
    for (int k = 1; k < in.length; k++) {
      checkLength("Input", inputs.get(k), in[k], images);
    }
    return images;
  }

  /** The number of images that the pixels are: at least one. */
  int images(byte[] in) {
    int stride = pixels().stride();
    int positions = inputSlots[0].positions();
    long size = (long) positions * stride;
    if (in.length == 0 || in.length % size != 0) {
      Slot slot = inputSlots[0];
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Input '%s' of %s takes %d x %d pixels of %d byte%s = %d bytes an image, or a multiple"
                  + " for a batch; found %d.",
              inputs.get(0).name(),
              name,
              slot.width(),
              slot.height(),
              stride,
              stride == 1 ? "" : "s",
              size,
              in.length));
    }
    return (int) (in.length / size);
  }

  /**
   * What the last output means.
   *
   * @throws IllegalStateException if the network has no labels
   */
  LabelSet labelSet() {
    if (labels == null) {
      throw new IllegalStateException(
          name + " has no labels; declare @Network(labels = \"FILE\").");
    }
    return labels;
  }

  boolean takesPixels() {
    return pixels != null;
  }

  /**
   * How pixels lie in bytes.
   *
   * @throws IllegalStateException if the network takes none
   */
  PixelLayout pixels() {
    if (pixels == null) {
      throw new IllegalStateException(
          name + " takes floats, not bytes; for bytes declare @Network(pixels = @Pixels).");
    }
    return pixels;
  }

  /** Refuses outputs that do not fit, or whose arrays serve as something else too. */
  void checkOutputs(float[][] in, float[][] out, int images) {
    checkCount("output", outputs, out);
    for (int k = 0; k < out.length; k++) {
      Port port = outputs.get(k);
      checkLength("Output", port, out[k], images);
      checkDistinct(port, out[k], in, in.length);
      checkDistinct(port, out[k], out, k);
    }
  }

  private void checkCount(String kind, List<Port> ports, float[][] arrays) {
    if (arrays.length != ports.size()) {
      throw new IllegalArgumentException(
          name + " has the " + kind + "s " + ports + "; found " + arrays.length + " arrays.");
    }
    for (int k = 0; k < arrays.length; k++) {
      if (arrays[k] == null) {
        throw new NullPointerException(kind + " '" + ports.get(k).name() + "' of " + name);
      }
    }
  }

  private void checkLength(String kind, Port port, float[] values, int images) {
    long expected = (long) images * port.size();
    if (values.length != expected) {
      throw wrongLength(kind, port, "so " + expected + " for a batch of " + images, values);
    }
  }

  private IllegalArgumentException wrongLength(
      String kind, Port port, String expected, float[] found) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "%s '%s' of %s takes %s = %d floats an image, %s; found %d.",
            kind,
            port.name(),
            name,
            Arrays.toString(port.shape()),
            port.size(),
            expected,
            found.length));
  }

  private void checkDistinct(Port port, float[] output, float[][] others, int count) {
    for (int k = 0; k < count; k++) {
      if (output == others[k]) {
        throw new IllegalArgumentException(
            "Output '" + port.name() + "' of " + name + " needs an array of its own.");
      }
    }
  }

  @Override
  public String toString() {
    return name
        + ": "
        + inputs
        + " -> "
        + outputs
        + ", "
        + parameters
        + " parameters, "
        + macs
        + " MACs, arena "
        + arenaBytes()
        + " bytes, "
        + backend();
  }
}
