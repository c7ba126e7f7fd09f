package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code java -jar sinter-processor.jar COMMAND …}. */
@Command(
    name = "sinter",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = "Looks into trained weights and ONNX models, as Sinter's compiler reads them.",
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = Main.EXIT_CODES,
    exitCodeList = {Main.OK, Main.FAILED, Main.USAGE},
    footer = {"", "Example: sinter inspect digits.safetensors"})
public final class Main {
  static final String EXIT_CODES = "%nExit codes:%n";
  static final String OK = "0:done";
  static final String FAILED = "1:a file is bad, or the model cannot be done";
  static final String USAGE = "2:the command line is wrong";

  private Main() {}

  /** Ends with the command's exit code. */
  public static void main(String[] args) {
    System.exit(run(writer(System.out), writer(System.err), isTerminal(), List.of(args)));
  }

  /**
   * Runs one command.
   *
   * @param out for what was asked for
   * @param err for messages about it
   * @return 0 if it was done, 1 if a file is bad or the model cannot be done, 2 if the arguments
   *     are wrong
   */
  public static int run(List<String> args, PrintWriter out, PrintWriter err) {
    return run(out, err, false, args);
  }

  private static int run(
      PrintWriter out, PrintWriter err, boolean terminal, List<String> arguments) {
    Messages messages =
        terminal ? Messages.watched(err, System::nanoTime) : Messages.unwatched(err);
    CommandLine line =
        new CommandLine(new Main())
            .addSubcommand(new InspectCommand(out, messages))
            .addSubcommand(new FoldCommand(out, messages))
            .addSubcommand(new ScaffoldCommand(out, messages))
            .setOut(out)
            .setErr(err)
            .setParameterExceptionHandler((wrong, args) -> usage(wrong, err))
            .setExecutionExceptionHandler((failed, at, parsed) -> failure(failed, at, messages));
    int code = CommandLine.ExitCode.SOFTWARE;
    try {
      code = line.execute(arguments.toArray(String[]::new));
    } catch (OutOfMemoryError full) {
      messages.say("error: [OutOfMemory] Give it more memory, as with java -Xmx4g -jar ….");
    }
    out.flush();
    err.flush();
    return code;
  }

  private static int usage(CommandLine.ParameterException wrong, PrintWriter err) {
    String command = wrong.getCommandLine().getCommandSpec().qualifiedName();
    err.println(command + ": " + wrong.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, err);
    err.println("Try '" + command + " --help'.");
    return CommandLine.ExitCode.USAGE;
  }

  private static int failure(Exception failed, CommandLine line, Messages messages) {
    if (failed instanceof Rejection rejection) {
      messages.say(rejection.diagnostic());
    } else {
      StringWriter trace = new StringWriter();
      failed.printStackTrace(new PrintWriter(trace));
      messages.say(Problem.INTERNAL.at(Location.NOWHERE, line.getCommandName(), trace));
    }
    return CommandLine.ExitCode.SOFTWARE;
  }

  /** Writes in the stream's own encoding, which only the stream knows. */
  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(
        new Writer() {
          @Override
          public void write(char[] buffer, int offset, int length) {
            stream.print(String.valueOf(buffer, offset, length));
          }

          @Override
          public void flush() {
            stream.flush();
          }

          @Override
          public void close() {
            flush();
          }
        });
  }

  /** Whether somebody watches. Since JDK 22 there may be a console without a terminal. */
  @SuppressWarnings("SystemConsoleNull") // It is asked whether it is a terminal, where it can be.
  private static boolean isTerminal() {
    Console console = System.console();
    try {
      return console != null && (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException older) {
      return console != null;
    }
  }
}
