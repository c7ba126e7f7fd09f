package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.fold.Standing;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.report.Folding;
import dev.sinter.processor.report.Summary;
import dev.sinter.processor.verify.Certificate;
import dev.sinter.processor.verify.Overflow;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sinter fold MODEL.onnx}. */
@Command(
    name = "fold",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Tells what Sinter folds in a model, how exactly, and what stays and why.",
      "",
      "Each fold is computed both ways, as it is while compiling. The largest difference, with the"
          + " constants rounded to float, is relative to the sum of the magnitudes of all terms."
          + " Nothing is generated.",
      ""
    },
    sortOptions = false,
    exitCodeListHeading = Main.EXIT_CODES,
    exitCodeList = {Main.OK, Main.FAILED, Main.USAGE},
    footer = {"", "Example: sinter fold detector.onnx --input 3,320,320"})
final class FoldCommand implements Callable<Integer> {
  private final PrintWriter out;
  private final Messages messages;
  @Mixin private Model model = new Model();

  FoldCommand(PrintWriter out, Messages messages) {
    this.out = out;
    this.messages = messages;
  }

  @Override
  public Integer call() throws Rejection {
    Optional<Model.Read> read = model.read(messages);
    if (read.isEmpty()) {
      return 1;
    }
    Folding folding =
        Folding.of(
            read.get().graph(),
            Folder.ALL,
            fold -> messages.progress("folding " + String.join(" + ", fold.rewrite().fields())));
    messages.erase();
    requireCompilable(folding);
    out.println(read.get().name() + ": " + folding.summary());
    out.println();
    out.print(sizes(folding.unfolded(), folding.folded()));
    printFolds(folding);
    printStanding(folding);
    return 0;
  }

  /** What the compiler would refuse. */
  private static void requireCompilable(Folding folding) throws Rejection {
    for (Node node : folding.folded().nodes()) {
      Optional<String> overflow = Overflow.in(node.op());
      if (overflow.isPresent()) {
        throw Problem.OVERFLOW.reject(
            Location.NOWHERE, String.join(" + ", node.fields()), overflow.get());
      }
    }
    for (Folding.Certified fold : folding.folds()) {
      Certificate certificate = fold.certificate();
      if (!certificate.holds()) {
        throw Problem.CERTIFICATE.reject(
            Location.NOWHERE,
            fold.rewrite().fold(),
            String.join(" + ", fold.rewrite().fields()),
            certificate.worstError(),
            certificate.worstBound());
      }
    }
  }

  private static Table sizes(Graph before, Graph after) {
    Table table = new Table("lrr").row("", "before", "after");
    count(table, "operators", before, after, graph -> graph.nodes().size());
    count(table, "parameters", before, after, Graph::parameters);
    count(table, "MACs", before, after, Graph::macs);
    return table.row("as float32", bytes(before), bytes(after));
  }

  private static void count(
      Table table, String what, Graph before, Graph after, ToLongFunction<Graph> of) {
    table.row(what, Table.count(of.applyAsLong(before)), Table.count(of.applyAsLong(after)));
  }

  private static String bytes(Graph graph) {
    return Summary.bytes(Float.BYTES * graph.parameters());
  }

  private void printFolds(Folding folding) {
    if (folding.folds().isEmpty()) {
      return;
    }
    Table table = new Table("lrrl").row("fold", "max error", "MACs saved", "layers");
    for (Folding.Certified fold : folding.folds()) {
      long saved = fold.rewrite().before().macs() - fold.rewrite().after().macs();
      table.row(
          fold.rewrite().fold(),
          String.format(Locale.ROOT, "%.1e", fold.certificate().shipped()),
          saved == 0 ? "" : Table.count(saved),
          String.join(" + ", fold.rewrite().fields()));
    }
    out.println();
    out.print(table);
  }

  private void printStanding(Folding folding) {
    for (Standing stays : folding.standing()) {
      out.println();
      printWrapped(stays.field() + " is not folded: " + stays.reason());
      printWrapped("What would help: " + stays.remedy());
    }
  }

  /** In lines of up to 100 letters, behind two blanks, and four where it goes on. */
  private void printWrapped(String words) {
    StringBuilder line = new StringBuilder(" ");
    for (String word : words.split(" ", -1)) {
      if (line.length() + 1 + word.length() > 100 && !line.toString().isBlank()) {
        out.println(line);
        line = new StringBuilder("   ");
      }
      line.append(' ').append(word);
    }
    out.println(line);
  }
}
