package dev.sinter.processor.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;

/** A command that was run in this process. */
public record Ran(int code, String out, String err) {
  public static Ran of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> args = Arrays.stream(arguments).map(String::valueOf).toList();
    int code = Main.run(args, new PrintWriter(out), new PrintWriter(err));
    return new Ran(code, lines(out), lines(err));
  }

  private static String lines(StringWriter text) {
    return text.toString().replace(System.lineSeparator(), "\n");
  }
}
