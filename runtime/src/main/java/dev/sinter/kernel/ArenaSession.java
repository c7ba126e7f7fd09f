package dev.sinter.kernel;

import dev.sinter.Classification;
import dev.sinter.Session;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A session of an {@link ArenaModel}. */
final class ArenaSession implements Session {
  private static final float[] NONE = {};
  private static final float[][] NO_FLOATS = {};

  /**
   * Steps of less work, on one thread, are not worth handing to others: they would wake too late.
   */
  private static final long SMALL_STEP_NANOS = 20_000;

  private final ArenaModel model;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final @Nullable Team team;

  /**
   * The least work that each step was seen to be; as it falls only, it ends at that of hot code.
   */
  private final long[] work;

  // The kernels of a run, and buffers that are large enough for all of them.
  private Kernel[] kernels = {};
  private int version;
  private ScratchSize scratchSize = ScratchSize.NONE;
  private Scratch scratch = new Scratch(scratchSize);

  // What run(float[], float[]) passes on, kept because it must allocate nothing.
  private final float[][] singleInput = {NONE};
  private final float[][] singleOutput = {NONE};

  // Where classify has the outputs put; made when it is first called.
  private float @Nullable [][] answer;

  // Null once closed. A run that is under way holds the arena by itself.
  private volatile float @Nullable [] arena;

  ArenaSession(ArenaModel model, float[] arena, int threads) {
    this.model = model;
    this.arena = arena;
    work = new long[model.steps.length];
    version = model.version();
    team = threads == 1 ? null : new Team(this, model.name(), threads - 1);
    takeKernels();
  }

  @Override
  public void run(float[] input, float[] output) {
    Objects.requireNonNull(input, "input");
    Objects.requireNonNull(output, "output");
    model.checkSinglePorts();
    acquire();
    try {
      singleInput[0] = input;
      singleOutput[0] = output;
      runAcquired(singleInput, null, singleOutput);
    } finally {
      singleInput[0] = NONE;
      singleOutput[0] = NONE;
      release();
    }
  }

  @Override
  public void run(byte[] pixels, float[] output) {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(output, "output");
    model.checkSinglePorts();
    acquire();
    try {
      singleOutput[0] = output;
      runAcquired(NO_FLOATS, pixels, singleOutput);
    } finally {
      singleOutput[0] = NONE;
      release();
    }
  }

  @Override
  public void run(byte[] pixels, float[][] outputs) {
    Objects.requireNonNull(pixels, "pixels");
    Objects.requireNonNull(outputs, "outputs");
    acquire();
    try {
      runAcquired(NO_FLOATS, pixels, outputs);
    } finally {
      release();
    }
  }

  @Override
  public void run(float[][] inputs, float[][] outputs) {
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(outputs, "outputs");
    acquire();
    try {
      runAcquired(inputs, null, outputs);
    } finally {
      release();
    }
  }

  @Override
  public Classification classify(float[] input) {
    Objects.requireNonNull(input, "input");
    return classify(new float[][] {input}, null);
  }

  @Override
  public Classification classify(byte[] pixels) {
    Objects.requireNonNull(pixels, "pixels");
    return classify(NO_FLOATS, pixels);
  }

  private Classification classify(float[][] input, byte @Nullable [] pixels) {
    LabelSet labels = model.labelSet();
    int images = pixels == null ? model.images(input) : model.images(pixels);
    if (images != 1) {
      throw new IllegalArgumentException(
          "classify of " + model.name() + " takes 1 image; found a batch of " + images + ".");
    }
    acquire();
    try {
      float[][] outputs = answer;
      if (outputs == null) {
        outputs = new float[model.outputSlots.length][];
        for (int k = 0; k < outputs.length; k++) {
          outputs[k] = new float[model.outputSlots[k].size()];
        }
        answer = outputs;
      }
      runAcquired(input, pixels, outputs);
      return labels.best(outputs[outputs.length - 1]);
    } finally {
      release();
    }
  }

  private void acquire() {
    if (arena == null) {
      throw closed();
    }
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "This session of " + model.name() + " is running already; each thread needs its own.");
    }
  }

  private void release() {
    if (team != null) {
      team.rest();
    }
    busy.set(false);
    if (arena == null) { // closed meanwhile
      endThreads();
    }
  }

  /** Runs on the inputs, or on pixels instead. */
  private void runAcquired(float[][] inputs, byte @Nullable [] pixels, float[][] outputs) {
    float[] memory = arena;
    if (memory == null) {
      throw closed();
    }
    int images = pixels == null ? model.images(inputs) : model.images(pixels);
    model.checkOutputs(inputs, outputs, images);
    int newest = model.version();
    if (version != newest) {
      version = newest; // first: kernels that change while they are taken are taken again
      takeKernels();
    }
    for (int image = 0; image < images; image++) {
      if (pixels != null) {
        PixelLayout layout = model.pixels();
        Slot slot = model.inputSlots[0];
        layout.store(pixels, image * slot.positions() * layout.stride(), slot, memory);
      }
      runImage(memory, inputs, outputs, image);
    }
    model.ran();
  }

  /** Takes the kernels that are the fastest now. A run keeps those that it began with. */
  private void takeKernels() {
    kernels = model.kernels(0, model.steps.length - 1);
    Arrays.fill(work, Long.MAX_VALUE);
    ScratchSize needed = scratchSize;
    for (Kernel kernel : kernels) {
      needed = needed.max(kernel.scratch());
    }
    scratchSize = needed;
    scratch = new Scratch(needed);
    if (team != null) {
      team.scratch(scratch, needed);
    }
  }

  private void runImage(float[] memory, float[][] inputs, float[][] outputs, int image) {
    for (int k = 0; k < inputs.length; k++) {
      Slot slot = model.inputSlots[k];
      slot.store(inputs[k], image * slot.size(), memory);
    }
    for (int k = 0; k < kernels.length; k++) {
      Kernel kernel = kernels[k];
      int parts = kernel.parts();
      if (team != null && parts > 1 && work[k] >= SMALL_STEP_NANOS) {
        work[k] = Math.min(work[k], team.run(kernel, memory));
      } else {
        for (int part = 0; part < parts; part++) {
          kernel.run(memory, part, scratch);
        }
      }
    }
    for (int k = 0; k < outputs.length; k++) {
      Slot slot = model.outputSlots[k];
      slot.load(memory, outputs[k], image * slot.size());
    }
  }

  @Override
  public void close() {
    arena = null;
    endThreads();
  }

  /** Ends the threads, unless a run is under way: it sees afterwards that the session is closed. */
  private void endThreads() {
    if (team != null && busy.compareAndSet(false, true)) {
      team.close();
      busy.set(false);
    }
  }

  private IllegalStateException closed() {
    return new IllegalStateException("This session of " + model.name() + " is closed.");
  }
}
