package dev.sinter.kernel;

import dev.sinter.Session;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A session of an {@link ArenaModel}. */
final class ArenaSession implements Session {
  private static final float[] NONE = {};

  private final ArenaModel model;
  private final Scratch scratch;
  private final AtomicBoolean busy = new AtomicBoolean();

  // What run(float[], float[]) passes on, kept because it must allocate nothing.
  private final float[][] singleInput = {NONE};
  private final float[][] singleOutput = {NONE};

  // Null once closed. A run that is under way holds the arena by itself.
  private volatile float @Nullable [] arena;

  ArenaSession(ArenaModel model, float[] arena, Scratch scratch) {
    this.model = model;
    this.arena = arena;
    this.scratch = scratch;
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
      runAcquired(singleInput, singleOutput);
    } finally {
      singleInput[0] = NONE;
      singleOutput[0] = NONE;
      busy.set(false);
    }
  }

  @Override
  public void run(float[][] inputs, float[][] outputs) {
    Objects.requireNonNull(inputs, "inputs");
    Objects.requireNonNull(outputs, "outputs");
    acquire();
    try {
      runAcquired(inputs, outputs);
    } finally {
      busy.set(false);
    }
  }

  private void acquire() {
    if (!busy.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "This session of " + model.name() + " is running already; each thread needs its own.");
    }
  }

  private void runAcquired(float[][] inputs, float[][] outputs) {
    float[] memory = arena;
    if (memory == null) {
      throw new IllegalStateException("This session of " + model.name() + " is closed.");
    }
    int images = model.images(inputs);
    model.checkOutputs(inputs, outputs, images);
    for (int image = 0; image < images; image++) {
      runImage(memory, inputs, outputs, image);
    }
  }

  private void runImage(float[] memory, float[][] inputs, float[][] outputs, int image) {
    for (int k = 0; k < inputs.length; k++) {
      Slot slot = model.inputSlots[k];
      slot.store(inputs[k], image * slot.size(), memory);
    }
    for (Kernel step : model.steps) {
      for (int part = 0; part < step.parts(); part++) {
        step.run(memory, part, scratch);
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
  }
}
