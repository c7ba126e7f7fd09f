package dev.sinter.samples.digits;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The program: reads pictures of handwritten digits and tells what they show. */
final class Main {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;

  private static final String USAGE =
      """
      Usage: java -jar digits.jar [IMAGE...]
             java -jar digits.jar --serve[=PORT]
             java -jar digits.jar --bench

      Tells which handwritten digit each picture shows: one digit to a picture, of any size,
      dark on light or light on dark. Without a picture, reads those that come with it.

        --serve  opens a page to draw digits on, for this computer alone, at port 8080 or PORT;
                 0 takes any that is free
        --bench  compares the speed of the network folded and unfolded; takes ten seconds
        --help   shows this text
      """;

  private static final int BAR = 40;

  private static final String SERVE = "--serve";
  private static final int PORT = 8080;
  private static final int LAST_PORT = 0xffff;

  private final PrintStream out;
  private final PrintStream err;

  Main(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the program and ends the virtual machine with its exit code. */
  public static void main(String[] args) {
    // Decoding pictures needs no screen; without this, AWT looks for one on some systems.
    System.setProperty("java.awt.headless", "true");
    System.exit(new Main(System.out, System.err).run(args));
  }

  /** The exit code: 0 if all went well, 1 if a file or port could not be had, 2 for wrong usage. */
  int run(String... args) {
    List<String> arguments = List.of(args);
    if (arguments.contains("--help")) {
      out.print(USAGE);
      return OK;
    }
    if (arguments.equals(List.of("--bench"))) {
      out.println(new Benchmark(Sample.all(), Duration.ofMillis(200), 10, 15).report());
      return OK;
    }
    if (arguments.size() == 1 && isServe(arguments.get(0))) {
      return serve(arguments.get(0));
    }
    for (String argument : arguments) {
      if (argument.equals("--bench") || isServe(argument)) {
        return refuse(argument + " takes no pictures");
      }
      if (argument.startsWith("-")) {
        return refuse("unknown option " + argument);
      }
    }
    try (Classifier classifier = new Classifier(SinteredDigits.load())) {
      return arguments.isEmpty() ? readSamples(classifier) : readFiles(classifier, arguments);
    }
  }

  private static boolean isServe(String argument) {
    return argument.equals(SERVE) || argument.startsWith(SERVE + "=");
  }

  /** Serves until the thread is interrupted, or the program with Ctrl-C. */
  private int serve(String argument) {
    int port = PORT;
    if (!argument.equals(SERVE)) {
      String number = argument.substring(SERVE.length() + 1);
      port = number.matches("\\d{1,5}") ? Integer.parseInt(number) : -1;
      if (port < 0 || port > LAST_PORT) {
        return refuse("no port: " + number);
      }
    }
    try (Server server = new Server(port)) {
      out.println("Draw at " + server.address() + " (Ctrl-C ends the program)");
      server.await();
      return OK;
    } catch (BindException e) {
      complain("port " + port + " is taken or not allowed; --serve=0 takes one that is free");
      return FAILED;
    } catch (IOException e) {
      complain("cannot serve: " + e.getMessage());
      return FAILED;
    }
  }

  private int refuse(String complaint) {
    complain(complaint);
    err.print(USAGE);
    return WRONG_USAGE;
  }

  private int readSamples(Classifier classifier) {
    List<Sample> samples = Sample.all();
    int right = 0;
    for (Sample sample : samples) {
      Guess best = classifier.classify(sample.image()).get(0);
      boolean isRight = best.digit() == sample.digit();
      right += isRight ? 1 : 0;
      out.println(sample.name() + "  " + text(best) + (isRight ? "" : "  wrong"));
    }
    out.println(
        format("%d of %d right (%.1f %%)", right, samples.size(), 100.0 * right / samples.size()));
    return OK;
  }

  private int readFiles(Classifier classifier, List<String> files) {
    int exitCode = OK;
    for (String file : files) {
      try {
        print(file, classifier.classify(DigitImage.of(Pictures.read(file))));
      } catch (PictureException e) {
        complain(file + ": " + e.getMessage());
        exitCode = FAILED;
      }
    }
    return exitCode;
  }

  private void print(String file, List<Guess> guesses) {
    out.println(file + ": " + guesses.get(0).digit());
    for (Guess guess : guesses) {
      String bar = "#".repeat((int) Math.round(BAR * guess.probability()));
      out.println(format("  %s  %s", text(guess), bar).stripTrailing());
    }
  }

  private void complain(String complaint) {
    err.println("digits: " + complaint);
  }

  private static String text(Guess guess) {
    return format("%d  %5.1f %%", guess.digit(), 100 * guess.probability());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
