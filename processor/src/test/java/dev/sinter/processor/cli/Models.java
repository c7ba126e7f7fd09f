package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.onnx.ModelReader;
import java.nio.file.Path;
import java.util.List;

/** Reads models for tests. */
final class Models {
  private Models() {}

  /** A model that can be read. */
  static Graph read(Path file) throws Exception {
    Located located = Located.of(file);
    Diagnostics found = new Diagnostics();
    return new ModelReader(located.name(), Location.NOWHERE, found)
        .read(located.locator(), List.of(), Location.NOWHERE, List.of("input", "model"))
        .orElseThrow(() -> new AssertionError(found.all()));
  }
}
