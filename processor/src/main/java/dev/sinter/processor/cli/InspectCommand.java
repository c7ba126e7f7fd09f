package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.report.Summary;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.MalformedContainer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sinter inspect FILE…}. */
@Command(
    name = "inspect",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Lists the tensors of weight files: name, type, shape, and what the values are like.",
      "",
      "Reads .safetensors, .npz, a folder of .npy, .onnx, .pt, .pth, .h5 and .hdf5. NaN and"
          + " infinities are counted where there are any; least, greatest and mean are of the"
          + " rest. Below stands what looks wrong with batch normalizations: negative variances,"
          + " statistics that were never trained, dead channels, missing tensors.",
      ""
    },
    exitCodeListHeading = Main.EXIT_CODES,
    exitCodeList = {Main.OK, "1:a file, or a tensor in it, cannot be read", Main.USAGE},
    footer = {"", "Example: sinter inspect digits.safetensors old/checkpoint.pt"})
final class InspectCommand implements Callable<Integer> {
  /** PyTorch's count of training steps is none of the values that layers compute with. */
  private static final String STEPS = "num_batches_tracked";

  private final PrintWriter out;
  private final Messages messages;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Weight files, or folders.")
  private List<Path> files = List.of();

  InspectCommand(PrintWriter out, Messages messages) {
    this.out = out;
    this.messages = messages;
  }

  @Override
  public Integer call() {
    boolean failed = false;
    for (Path file : files) {
      try {
        failed |= !inspect(Located.of(file));
      } catch (Rejection rejection) {
        messages.say(rejection.diagnostic());
        failed = true;
      }
      out.flush();
    }
    return failed ? 1 : 0;
  }

  /** Whether all of a file could be read. */
  private boolean inspect(Located file) throws Rejection {
    Container container = file.container();
    SortedMap<String, TensorFacts> facts = new TreeMap<>(new Natural());
    SortedMap<String, Container.Stored> stored = new TreeMap<>(new Natural());
    List<MalformedContainer> unread = new ArrayList<>();
    BatchNorms norms = new BatchNorms();
    for (String name : container.names()) {
      messages.progress("reading " + name);
      try {
        stored.put(name, container.stored(name));
        Tensor tensor = container.read(name);
        facts.put(name, TensorFacts.of(tensor));
        norms.add(name, tensor);
      } catch (MalformedContainer malformed) {
        unread.add(malformed);
      }
    }
    messages.erase();
    out.println(file.written() + ":");
    out.println();
    out.print(table(stored, facts));
    out.println();
    print(norms);
    printTotal(stored);
    if (files.size() > 1) {
      out.println();
    }
    out.flush();
    unread.forEach(malformed -> messages.say(Located.rejected(malformed).diagnostic()));
    return unread.isEmpty();
  }

  private static Table table(
      SortedMap<String, Container.Stored> stored, SortedMap<String, TensorFacts> facts) {
    boolean nans = facts.values().stream().anyMatch(fact -> fact.nans() > 0);
    boolean infinities = facts.values().stream().anyMatch(fact -> fact.infinities() > 0);
    Table table = new Table("lllrrrrr");
    List<String> head = new ArrayList<>(List.of("tensor", "type", "shape", "min", "max", "mean"));
    if (nans) {
      head.add("NaN");
    }
    if (infinities) {
      head.add("infinite");
    }
    table.row(head);
    stored.forEach(
        (name, how) -> {
          List<String> row = new ArrayList<>(List.of(name, how.type(), how.shape().toString()));
          TensorFacts fact = facts.get(name);
          if (fact == null) {
            row.add("unread");
          } else {
            boolean finite = fact.hasFinite();
            row.add(finite ? Table.figure(fact.least()) : "");
            row.add(finite ? Table.figure(fact.greatest()) : "");
            row.add(finite ? Table.figure(fact.mean()) : "");
            if (nans) {
              row.add(fact.nans() == 0 ? "" : Table.count(fact.nans()));
            }
            if (infinities) {
              row.add(fact.infinities() == 0 ? "" : Table.count(fact.infinities()));
            }
          }
          table.row(row);
        });
    return table;
  }

  private void print(BatchNorms norms) {
    SortedMap<String, List<String>> findings = norms.findings();
    if (norms.count() == 0) {
      return;
    }
    String all =
        norms.count() == 1 ? "1 batch normalization" : norms.count() + " batch normalizations";
    out.println(
        findings.isEmpty()
            ? all + ", nothing wrong to be seen"
            : all + ", to look at: " + findings.size());
    Table table = new Table("ll");
    findings.forEach((layer, found) -> found.forEach(finding -> table.row(layer, finding)));
    out.print(table);
    out.println();
  }

  private void printTotal(SortedMap<String, Container.Stored> stored) {
    long values = 0;
    long bytes = 0;
    for (Map.Entry<String, Container.Stored> entry : stored.entrySet()) {
      bytes += entry.getValue().bytes();
      values += entry.getKey().endsWith(STEPS) ? 0 : entry.getValue().shape().size();
    }
    out.printf(
        "%d %s, %s %s, %s%n",
        stored.size(),
        stored.size() == 1 ? "tensor" : "tensors",
        Table.count(values),
        values == 1 ? "value" : "values",
        Summary.bytes(bytes));
  }
}
