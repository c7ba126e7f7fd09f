package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Diagnostic;
import java.io.PrintWriter;
import java.util.Locale;

/**
 * What is said beside a command's result: messages in the compiler's words, a line each; and, on a
 * terminal, from the second second on, one line that tells how far it is and then vanishes. Where
 * nobody watches there is no such line.
 */
final class Messages {
  private static final long PATIENCE = 1_000_000_000; // ns
  private static final long PERIOD = 100_000_000;

  private final PrintWriter err;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long last = start;
  private int shown;

  Messages(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** {@code "error: [MalformedFile] …"}. */
  void say(Diagnostic diagnostic) {
    String severity = diagnostic.problem().severity().name().toLowerCase(Locale.ROOT);
    say(severity + ": " + diagnostic);
  }

  void say(String line) {
    erase();
    err.println(line);
    err.flush();
  }

  /** Tells what is being done now. */
  void progress(String doing) {
    long now = System.nanoTime();
    if (terminal && now - start > PATIENCE && now - last > PERIOD) {
      erase();
      err.print(doing);
      err.flush();
      shown = doing.length();
      last = now;
    }
  }

  /** Takes the line of progress away. */
  void erase() {
    if (shown > 0) {
      err.print("\r" + " ".repeat(shown) + "\r");
      err.flush();
      shown = 0;
    }
  }
}
