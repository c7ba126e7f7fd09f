package dev.sinter.benchmarks;

import dev.sinter.Model;
import dev.sinter.Session;

/** A compiled network. */
final class SinterContender implements Contender {
  final Model model;
  private final Session session;
  private final float[][] inputs;
  private final float[][] outputs;

  SinterContender(Model model, Subject subject, int threads) {
    this.model = model;
    model.warmUp();
    session = model.newSession(threads);
    inputs = new float[][] {subject.image()};
    outputs = Contender.arrays(model.outputs());
  }

  @Override
  public void run() {
    session.run(inputs, outputs);
  }

  @Override
  public float[][] outputs() {
    return outputs;
  }

  @Override
  public void close() {
    session.close();
  }
}
