package dev.sinter.benchmarks;

import dev.sinter.processor.recipes.SeededWeights;
import dev.sinter.processor.recipes.SeededWeights.Spec;
import java.util.List;

/**
 * A network that is measured.
 *
 * @param name the simple name of the class that declares it
 * @param packageName the package of that class
 * @param source the text of that class
 * @param weights the file that it reads
 * @param tensors what is in that file, with seeded values; nothing if the benchmarks have the file
 * @param input the shape of its input
 */
record Subject(
    String name,
    String packageName,
    String source,
    String weights,
    List<Spec> tensors,
    List<Integer> input) {

  /** The class that Sinter generates for it. */
  String generated() {
    return packageName + ".Sintered" + name;
  }

  /** The same with its weights stored in another way. */
  Subject storedAs(String storage) {
    String file = "weights = \"" + weights + "\"";
    if (!source.contains(file)) {
      throw new IllegalStateException(name + " does not say " + file);
    }
    String declared = source.replace(file, file + ", storage = dev.sinter.Storage." + storage);
    return new Subject(name, packageName, declared, weights, tensors, input);
  }

  /** An image. */
  float[] image() {
    int[] shape = input.stream().mapToInt(extent -> extent).toArray();
    return SeededWeights.values(new Spec(name + ".input", 0, shape));
  }

  @Override
  public String toString() {
    return name;
  }
}
