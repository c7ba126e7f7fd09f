package dev.sinter.processor.declaration;

import dev.sinter.processor.diagnostic.Location;
import java.util.List;
import java.util.Map;

/**
 * A field that declares a layer, or puts the layers of a block in its place.
 *
 * @param name the field's name
 * @param layer the annotation that says what layer it is
 * @param output whether it is marked as an output
 * @param block the fields of the block that it puts here; none for a layer
 * @param location the field
 */
public record FieldDeclaration(
    String name,
    Attributes layer,
    boolean output,
    List<FieldDeclaration> block,
    Location location) {

  /** A field whose declaration was refused, so that what reads it is not complained about too. */
  static FieldDeclaration refused(String name, Location location) {
    Attributes none = new Attributes("", Map.of(), location);
    return new FieldDeclaration(name, none, false, List.of(), location);
  }

  public boolean isRefused() {
    return layer.annotation().isEmpty();
  }
}
