package dev.sinter.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** What is measured and how long, from the command line: {@code MODE… --name=value…}. */
final class Options {
  private static final Map<String, String> DEFAULTS =
      Map.of(
          "networks", "",
          "jdks", System.getProperty("java.home"),
          "backends", Workshop.vectorKernels().isPresent() ? "scalar,vector" : "scalar",
          "threads", "1,2",
          "launches", "3",
          "warm-up", "5000",
          "round", "300",
          "rounds", "11",
          "out", Workshop.jar(Options.class).resolveSibling("results.jsonl").toString());

  private final Map<String, String> values = new HashMap<>(DEFAULTS);
  private final Set<String> modes = new TreeSet<>();

  Options(String... arguments) {
    for (String argument : arguments) {
      if (!argument.startsWith("--")) {
        modes.add(argument);
        continue;
      }
      String[] parts = argument.substring(2).split("=", 2);
      if (parts.length != 2 || !DEFAULTS.containsKey(parts[0])) {
        throw new IllegalArgumentException(
            argument + " is no option; those are " + new TreeSet<>(DEFAULTS.keySet()));
      }
      values.put(parts[0], parts[1]);
    }
  }

  /** Whether a mode was asked for; all are if none was. */
  boolean has(String mode) {
    return modes.isEmpty() || modes.contains(mode);
  }

  Set<String> modes() {
    return modes;
  }

  /** The networks asked for, or those given. */
  List<String> networks(List<String> otherwise) {
    List<String> networks = list("networks");
    return networks.isEmpty() ? otherwise : networks;
  }

  /** The JVMs: each JDK with each of the kernels. */
  List<Jvm> jvms() {
    return list("jdks").stream()
        .flatMap(home -> list("backends").stream().map(backend -> new Jvm(Path.of(home), backend)))
        .toList();
  }

  List<String> threads() {
    return list("threads");
  }

  int launches() {
    return Integer.parseInt(value("launches"));
  }

  /** What {@link Duel} is told of its pace. */
  List<String> pace() {
    return List.of(value("warm-up"), value("round"), value("rounds"));
  }

  Path out() {
    return Path.of(value("out"));
  }

  private List<String> list(String name) {
    return Arrays.stream(value(name).split(",", -1)).filter(part -> !part.isEmpty()).toList();
  }

  private String value(String name) {
    return values.getOrDefault(name, "");
  }
}
