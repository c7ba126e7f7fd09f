package dev.sinter.processor.cli;

import dev.sinter.processor.ir.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.DoublePredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The batch normalizations of a container, by the names that PyTorch, Keras, MXNet and Darknet give
 * their tensors, and what looks wrong with them.
 */
final class BatchNorms {
  private static final Pattern ROLE =
      Pattern.compile(
          "(?:arg:|aux:)?((?:.*[./_])?)(?:(running|moving|rolling)_(mean|var|variance)"
              + "|(weight|gamma|scales)|(bias|beta|biases))(?::0)?");

  /** Of the largest: a smaller γ adds nothing that anybody would notice. */
  private static final double DEAD = 1e-4;

  private enum Role {
    GAMMA,
    BETA,
    MEAN,
    VARIANCE
  }

  private record Stored(String name, Tensor values) {}

  private final SortedMap<String, Map<Role, Stored>> groups = new TreeMap<>(new Natural());

  /** Takes a tensor into account. */
  void add(String name, Tensor tensor) {
    Matcher matcher = ROLE.matcher(name);
    if (tensor.shape().rank() == 1 && matcher.matches()) {
      groups
          .computeIfAbsent(String.valueOf(matcher.group(1)), prefix -> new TreeMap<>())
          .put(role(matcher), new Stored(name, tensor));
    }
  }

  private static Role role(Matcher matcher) {
    if (matcher.group(2) != null) {
      return "mean".equals(matcher.group(3)) ? Role.MEAN : Role.VARIANCE;
    }
    return matcher.group(4) != null ? Role.GAMMA : Role.BETA;
  }

  /** How many there are. */
  long count() {
    return groups.values().stream().filter(BatchNorms::hasStatistics).count();
  }

  private static boolean hasStatistics(Map<Role, Stored> group) {
    return group.containsKey(Role.MEAN) || group.containsKey(Role.VARIANCE);
  }

  /** What looks wrong, a sentence each, by the prefix of the tensors' names. */
  SortedMap<String, List<String>> findings() {
    SortedMap<String, List<String>> findings = new TreeMap<>(new Natural());
    groups.forEach(
        (prefix, group) -> {
          List<String> found = hasStatistics(group) ? findings(group) : List.of();
          if (!found.isEmpty()) {
            String layer = prefix.replaceFirst("[./_]$", "");
            findings.put(layer.isEmpty() ? "(no prefix)" : layer, found);
          }
        });
    return findings;
  }

  private static List<String> findings(Map<Role, Stored> group) {
    List<String> found = new ArrayList<>();
    partner(group, Role.MEAN, Role.VARIANCE, "variances").ifPresent(found::add);
    partner(group, Role.VARIANCE, Role.MEAN, "means").ifPresent(found::add);
    partner(group, Role.GAMMA, Role.BETA, "beta").ifPresent(found::add);
    partner(group, Role.BETA, Role.GAMMA, "gamma").ifPresent(found::add);
    if (group.values().stream().map(stored -> stored.values().size()).distinct().count() > 1) {
      found.add("its tensors differ in length");
    }
    Stored mean = group.get(Role.MEAN);
    Stored variance = group.get(Role.VARIANCE);
    if (mean != null && variance != null && isAll(mean, 0) && isAll(variance, 1)) {
      found.add("never trained: each mean is 0 and each variance is 1");
    }
    if (variance != null) {
      variances(variance.values()).forEach(found::add);
    }
    Stored gamma = group.get(Role.GAMMA);
    if (gamma != null) {
      dead(gamma.values()).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<String> partner(
      Map<Role, Stored> group, Role there, Role missing, String what) {
    Stored stored = group.get(there);
    return stored == null || group.containsKey(missing)
        ? Optional.empty()
        : Optional.of("has '" + stored.name() + "', but no " + what + " beside it");
  }

  private static boolean isAll(Stored stored, double value) {
    Tensor values = stored.values();
    return IntStream.range(0, values.size()).allMatch(c -> values.get(c) == value);
  }

  private static List<String> variances(Tensor variances) {
    List<String> found = new ArrayList<>();
    int[] negative = channels(variances, value -> value < 0);
    if (negative.length > 0) {
      found.add(
          of(negative, variances, "variances", "negative")
              + ": "
              + Table.figure(variances.get(negative[0]))
              + " in channel "
              + negative[0]);
    }
    int[] zero = channels(variances, value -> value == 0);
    if (zero.length > 0) {
      found.add(of(zero, variances, "variances", "0") + ": channels that never vary");
    }
    return found;
  }

  private static Optional<String> dead(Tensor gamma) {
    double largest =
        IntStream.range(0, gamma.size()).mapToDouble(c -> Math.abs(gamma.get(c))).max().orElse(0);
    int[] dead = channels(gamma, value -> Math.abs(value) <= DEAD * largest);
    if (dead.length == 0) {
      return Optional.empty();
    }
    int[] zero = channels(gamma, value -> value == 0);
    String why = zero.length == dead.length ? "gamma is 0" : "gamma is below 1e-4 of the largest";
    return Optional.of(of(dead, gamma, "channels", "dead") + ": " + why);
  }

  private static int[] channels(Tensor values, DoublePredicate is) {
    return IntStream.range(0, values.size()).filter(c -> is.test(values.get(c))).toArray();
  }

  /** {@code "3 of 64 channels are dead"}. */
  private static String of(int[] some, Tensor all, String what, String are) {
    String is = some.length == 1 ? " is " : " are ";
    return some.length + " of " + all.size() + " " + what + is + are;
  }
}
