package dev.sinter.processor.declaration;

import dev.sinter.processor.diagnostic.Location;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A class that declares a network.
 *
 * @param packageName its package, empty for the default package
 * @param name its name, with those of the classes around it: {@code Outer_Digits}
 * @param isPublic whether it can be seen from other packages
 * @param network the annotation
 * @param fields its layers in source order
 * @param location the class
 */
public record NetworkDeclaration(
    String packageName,
    String name,
    boolean isPublic,
    Attributes network,
    List<FieldDeclaration> fields,
    Location location) {
  private static final String STORAGE = "storage";

  /** Its name with its package: {@code com.example.Digits}. */
  public String qualifiedName() {
    return packageName.isEmpty() ? name : packageName + "." + name;
  }

  /** The simple name of the class generated for it: {@code SinteredDigits}. */
  public String generatedName() {
    return "Sintered" + name;
  }

  /** Whether its first layers are those of a model. */
  public boolean isImported() {
    return !network.text("model").isEmpty();
  }

  /**
   * The annotation of the layer with this name; the model or, without one, the class if it has none
   * such.
   */
  public Location locationOf(String path) {
    List<FieldDeclaration> fields = fieldsTo(path);
    return fields.isEmpty()
        ? isImported() ? network.at("model") : location
        : fields.get(fields.size() - 1).layer().location();
  }

  /** How the weights of the layer with this name are kept: as it says, or as the network says. */
  public String storageOf(String path) {
    return fieldsTo(path).stream()
        .map(FieldDeclaration::layer)
        .filter(layer -> layer.has(STORAGE))
        .flatMap(layer -> layer.texts(STORAGE).stream())
        .findFirst()
        .orElse(network.text(STORAGE));
  }

  /** The fields that a name leads through, as far as there are such. */
  private List<FieldDeclaration> fieldsTo(String path) {
    List<FieldDeclaration> found = new ArrayList<>();
    List<FieldDeclaration> level = fields;
    for (String name : path.split("\\.", -1)) {
      Optional<FieldDeclaration> field =
          level.stream().filter(candidate -> candidate.name().equals(name)).findFirst();
      field.ifPresent(found::add);
      level = field.map(FieldDeclaration::block).orElse(List.of());
    }
    return found;
  }
}
