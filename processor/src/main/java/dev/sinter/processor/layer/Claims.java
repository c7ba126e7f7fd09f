package dev.sinter.processor.layer;

import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.declaration.FieldDeclaration;
import dev.sinter.processor.declaration.NetworkDeclaration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the layers of a network look for their tensors, known before any is read.
 *
 * @param scopes one or more for each layer that has tensors
 */
record Claims(List<TensorScope> scopes) {

  static Claims of(NetworkDeclaration declaration) {
    List<TensorScope> scopes = new ArrayList<>();
    TensorScope network = new TensorScope(declaration.network().text("weights"), "");
    collect(declaration.fields(), network, scopes);
    return new Claims(List.copyOf(scopes));
  }

  private static void collect(
      List<FieldDeclaration> fields, TensorScope around, List<TensorScope> scopes) {
    for (FieldDeclaration field : fields) {
      Attributes layer = field.layer();
      if (layer.has("weights")) {
        TensorScope scope = around.of(field.name(), layer.text("weights"));
        if (field.block().isEmpty()) {
          scopes.add(scope);
        } else {
          collect(field.block(), scope, scopes);
        }
      }
      if (layer.has("scale") && layer.annotation().equals("BatchNorm")) {
        scopes.add(around.of(field.name(), layer.text("scale")));
      }
    }
  }

  /** Whether a layer looks for a tensor of this file where this one is. */
  boolean has(String file, String tensor) {
    return scopes.stream()
        .anyMatch(scope -> scope.file().equals(file) && tensor.startsWith(scope.name("")));
  }
}
