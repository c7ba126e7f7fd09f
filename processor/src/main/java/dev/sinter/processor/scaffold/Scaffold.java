package dev.sinter.processor.scaffold;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.onnx.Origin;
import java.util.Map;
import java.util.SortedMap;

/**
 * A class that declares the network of a model, and its weights.
 *
 * @param source the class, in ASCII
 * @param tensors the weights by their names
 */
public record Scaffold(String source, SortedMap<String, Tensor> tensors) {

  /**
   * What is to be written.
   *
   * @param model the name of the model's file
   * @param packageName empty for the unnamed package
   * @param className a Java identifier that is not {@linkplain #isReserved reserved}
   * @param weights the name of the file for the weights
   */
  public record Target(String model, String packageName, String className, String weights) {}

  /**
   * The class of a model.
   *
   * @param origins the nodes that its layers were made from, by their names
   * @throws Rejection if it has layers that no annotation declares
   */
  public static Scaffold of(Graph graph, Map<String, Origin> origins, Target target)
      throws Rejection {
    Fields fields = Fields.of(graph, origins, target.model());
    return new Scaffold(SourceText.of(graph, fields.fields(), target), fields.tensors());
  }

  /** Whether it is a Java identifier that a part of a package's name may be. */
  public static boolean isIdentifier(String name) {
    return FieldNames.isIdentifier(name);
  }

  /** Whether it is a Java identifier that a class may have. */
  public static boolean isTypeName(String name) {
    return FieldNames.isIdentifier(name) && !FieldNames.NO_TYPES.contains(name);
  }

  /** Whether the class itself, or what is generated for it, uses another class of that name. */
  public static boolean isReserved(String name) {
    return SourceText.RESERVED.contains(name) || Object.class.getResource(name + ".class") != null;
  }
}
