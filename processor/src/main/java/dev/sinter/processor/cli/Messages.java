package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Diagnostic;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * What is said beside a command's result: messages in the compiler's words, a line each; and, on a
 * terminal, from the second second on, one line that tells what is being done and then vanishes.
 * Where nobody watches there is no such line.
 */
final class Messages {
  private static final long PATIENCE = 1_000_000_000; // ns
  private static final long PERIOD = 100; // ms

  /** A line that went on in the next one could not be taken away. */
  private static final int WIDTH = 79;

  private final PrintWriter err;
  private final LongSupplier clock;
  private final long start;
  private String doing = "";
  private String shown = "";

  private Messages(PrintWriter err, LongSupplier clock) {
    this.err = err;
    this.clock = clock;
    this.start = clock.getAsLong();
  }

  /** Without progress. */
  static Messages unwatched(PrintWriter err) {
    return new Messages(err, () -> 0);
  }

  /**
   * With progress, which a thread shows, so that it is seen during one long step too.
   *
   * @param clock in nanoseconds
   */
  static Messages watched(PrintWriter err, LongSupplier clock) {
    Messages messages = new Messages(err, clock);
    Thread thread = new Thread(messages::show, "sinter-progress");
    thread.setDaemon(true);
    thread.start();
    return messages;
  }

  private void show() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        showOnce();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void showOnce() {
    if (!doing.equals(shown) && clock.getAsLong() - start > PATIENCE) {
      wipe();
      err.print(doing);
      err.flush();
      shown = doing;
    }
  }

  /** {@code "error: [MalformedFile] …"}. */
  void say(Diagnostic diagnostic) {
    String severity = diagnostic.problem().severity().name().toLowerCase(Locale.ROOT);
    say(severity + ": " + diagnostic);
  }

  synchronized void say(String line) {
    wipe();
    err.println(line);
    err.flush();
  }

  /** Tells what is being done from now on. */
  synchronized void progress(String now) {
    doing = now.length() > WIDTH ? now.substring(0, WIDTH - 1) + "…" : now;
  }

  /** Takes the line of progress away: what was being done is done. */
  synchronized void erase() {
    doing = "";
    wipe();
  }

  private void wipe() {
    if (!shown.isEmpty()) {
      err.print("\r" + " ".repeat(shown.length()) + "\r");
      err.flush();
      shown = "";
    }
  }
}
