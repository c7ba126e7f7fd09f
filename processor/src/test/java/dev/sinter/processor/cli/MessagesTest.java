package dev.sinter.processor.cli;

import static com.google.common.truth.Truth.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MessagesTest {
  private static final long SECOND = 1_000_000_000;

  private final AtomicLong clock = new AtomicLong();
  private final StringWriter written = new StringWriter();

  private Messages watched() {
    return Messages.watched(new PrintWriter(written), clock::get);
  }

  /** As long as it takes, which is a tenth of a second where nothing else runs. */
  private void awaitWritten(String expected) throws InterruptedException {
    for (int i = 0; i < 300 && !written.toString().equals(expected); i++) {
      Thread.sleep(100);
    }
    assertThat(written.toString()).isEqualTo(expected);
  }

  @Test
  void whatTakesOverASecondIsShownUntilItIsDone() throws InterruptedException {
    Messages messages = watched();
    messages.progress("reading a.onnx");
    Thread.sleep(300); // three times in which it could be shown
    assertThat(written.toString()).isEmpty();
    clock.set(SECOND + 1);
    awaitWritten("reading a.onnx");
    messages.progress("folding b");
    String wiped = "\r" + " ".repeat("reading a.onnx".length()) + "\r";
    awaitWritten("reading a.onnx" + wiped + "folding b");
    messages.erase();
    String before = "reading a.onnx" + wiped + "folding b" + wiped(9);
    assertThat(written.toString()).isEqualTo(before);
    Thread.sleep(300);
    assertThat(written.toString()).isEqualTo(before);
  }

  private static String wiped(int width) {
    return "\r" + " ".repeat(width) + "\r";
  }

  @Test
  void messagesStandOnLinesOfTheirOwn() throws InterruptedException {
    Messages messages = watched();
    clock.set(2 * SECOND);
    messages.progress("reading");
    awaitWritten("reading");
    messages.say("done");
    String said = "reading" + wiped(7) + "done" + System.lineSeparator();
    awaitWritten(said + "reading");
  }

  /** It would have to be taken away from two lines. */
  @Test
  void longNamesAreCut() throws InterruptedException {
    Messages messages = watched();
    clock.set(2 * SECOND);
    messages.progress("reading " + "x".repeat(200));
    awaitWritten("reading " + "x".repeat(70) + "…");
  }

  @Test
  void whereNobodyWatchesThereIsNoProgress() {
    Messages messages = Messages.unwatched(new PrintWriter(written));
    messages.progress("reading");
    messages.say("done");
    messages.erase();
    assertThat(written.toString()).isEqualTo("done" + System.lineSeparator());
  }
}
