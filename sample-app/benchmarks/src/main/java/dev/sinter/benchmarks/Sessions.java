package dev.sinter.benchmarks;

import dev.sinter.Model;
import dev.sinter.Session;

/** Opens sessions of several threads: the one place that knows whether Sinter has them. */
final class Sessions {
  /** The most threads that a session can use. */
  static final int MOST_THREADS = 1;

  private Sessions() {}

  static Session open(Model model, int threads) {
    if (threads > MOST_THREADS) {
      throw new IllegalArgumentException("a session has at most " + MOST_THREADS + " threads");
    }
    return model.newSession();
  }
}
