package dev.sinter.processor.scaffold;

import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.onnx.Origin;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of all layers under PyTorch's names, and what stands before the last dot of each. To
 * some conventions {@code .}, {@code /} and {@code _} are the same, so no two prefixes are the same
 * to them.
 */
final class Prefixes {
  /** As a {@code state_dict} names what has weights; a # would begin the prefix in a file. */
  private static final Pattern SCHEME = Pattern.compile("([^#]+)\\.(weight|running_mean)");

  private final SortedMap<String, Tensor> tensors = new TreeMap<>();
  private final Map<String, Map<String, Tensor>> taken = new HashMap<>();

  /** What a node's initializers are called alike, if that is PyTorch's scheme. */
  static Optional<String> of(Origin origin) {
    return origin.inputs().stream()
        .map(SCHEME::matcher)
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .findFirst();
  }

  /** All tensors by their names. */
  SortedMap<String, Tensor> tensors() {
    return tensors;
  }

  /**
   * Stores the tensors of a layer.
   *
   * @param wanted their prefix, unless another layer has it for others
   * @return their prefix
   */
  String put(String wanted, Map<String, Tensor> layer) {
    String prefix = wanted;
    for (int i = 2; !isFree(prefix, layer); i++) {
      prefix = wanted + "_" + i;
    }
    taken.put(key(prefix), layer);
    for (Map.Entry<String, Tensor> tensor : layer.entrySet()) {
      tensors.put(prefix + "." + tensor.getKey(), tensor.getValue());
    }
    return prefix;
  }

  private boolean isFree(String prefix, Map<String, Tensor> layer) {
    Map<String, Tensor> there = taken.get(key(prefix));
    return there == null || (tensors.containsKey(prefix + "." + any(layer)) && same(there, layer));
  }

  private static String any(Map<String, Tensor> layer) {
    return layer.keySet().iterator().next();
  }

  /** Shared by two layers. */
  private static boolean same(Map<String, Tensor> a, Map<String, Tensor> b) {
    return a.keySet().equals(b.keySet())
        && a.entrySet().stream().allMatch(entry -> same(entry.getValue(), b.get(entry.getKey())));
  }

  private static boolean same(Tensor a, @Nullable Tensor b) {
    boolean same = b != null && a.shape().equals(b.shape());
    for (int i = 0; b != null && same && i < a.size(); i++) {
      same = Double.doubleToLongBits(a.get(i)) == Double.doubleToLongBits(b.get(i));
    }
    return same;
  }

  private static String key(String prefix) {
    return prefix.replaceAll("[./]", "_").toLowerCase(Locale.ROOT);
  }
}
