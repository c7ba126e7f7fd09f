package dev.sinter.processor;

import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares two graphs from their outputs upwards, by what would be baked of them. */
public final class GraphDifferences {
  private final Graph declared;
  private final Graph imported;
  private final Map<Integer, Integer> matched = new HashMap<>();
  private final List<String> found = new ArrayList<>();

  private GraphDifferences(Graph declared, Graph imported) {
    this.declared = declared;
    this.imported = imported;
  }

  /** What differs, in words; nothing if the graphs are the same. */
  public static List<String> between(Graph declared, Graph imported)
      throws ReflectiveOperationException {
    return new GraphDifferences(declared, imported).find();
  }

  private List<String> find() throws ReflectiveOperationException {
    assertWithMessage("outputs").that(imported.outputs()).hasSize(declared.outputs().size());
    for (int i = 0; i < declared.outputs().size(); i++) {
      match(declared.outputs().get(i).id(), imported.outputs().get(i).id());
    }
    return found;
  }

  private void match(int mine, int other) throws ReflectiveOperationException {
    Node a = declared.node(mine);
    Node b = imported.node(other);
    if (a.op() instanceof Op.Identity) {
      match(a.inputs().get(0), other);
      return;
    }
    Integer known = matched.putIfAbsent(mine, other);
    if (known != null) {
      if (known != other) {
        found.add("'%s' is both %d and %d".formatted(a.name(), known, other));
      }
      return;
    }
    String difference = difference(a.op().rounded(), b.op().rounded());
    if (!difference.isEmpty() || a.inputs().size() != b.inputs().size()) {
      found.add(
          "'%s' of %s and '%s' of %s: %s"
              .formatted(a.name(), a.inputs(), b.name(), b.inputs(), difference));
      return;
    }
    for (int i = 0; i < a.inputs().size(); i++) {
      match(a.inputs().get(i), b.inputs().get(i));
    }
  }

  private static String difference(Op a, Op b) throws ReflectiveOperationException {
    if (a.getClass() != b.getClass()) {
      return a.getClass().getSimpleName() + " became " + b.getClass().getSimpleName();
    }
    for (RecordComponent component : a.getClass().getRecordComponents()) {
      Object mine = component.getAccessor().invoke(a);
      Object other = component.getAccessor().invoke(b);
      boolean same =
          mine instanceof Tensor tensor
              ? other instanceof Tensor read && same(tensor, read)
              : mine == null ? other == null : mine.equals(other);
      if (!same) {
        return component.getName() + " " + mine + " became " + other;
      }
    }
    return "";
  }

  private static boolean same(Tensor a, Tensor b) {
    Shape shape = a.shape();
    boolean same = shape.equals(b.shape());
    for (int i = 0; same && i < a.size(); i++) {
      same = Float.floatToIntBits((float) a.get(i)) == Float.floatToIntBits((float) b.get(i));
    }
    return same;
  }
}
