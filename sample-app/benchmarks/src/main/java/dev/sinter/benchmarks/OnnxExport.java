package dev.sinter.benchmarks;

import com.google.auto.common.MoreElements;
import dev.sinter.Network;
import dev.sinter.processor.declaration.DeclarationReader;
import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.layer.LayerTypes;
import dev.sinter.processor.layer.NetworkReader;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/** Reads a declared network as Sinter does, and writes it, as declared, as an ONNX model. */
final class OnnxExport extends AbstractProcessor {
  private final Path weights;
  private final Path model;

  /**
   * An exporter of one network.
   *
   * @param weights the folder of its weights
   * @param model the file to write
   */
  OnnxExport(Path weights, Path model) {
    this.weights = weights;
    this.model = model;
  }

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of("dev.sinter.*");
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    for (Element network : round.getElementsAnnotatedWith(Network.class)) {
      try {
        Files.write(model, OnnxNodes.model(graph(MoreElements.asType(network))));
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      } catch (Rejection rejection) {
        throw new IllegalStateException(rejection.diagnostic().toString(), rejection);
      }
    }
    return false;
  }

  private Graph graph(TypeElement type) throws Rejection {
    Diagnostics found = new Diagnostics();
    NetworkDeclaration declaration =
        new DeclarationReader(LayerTypes.annotations()).network(type, found);
    Locator locator = new Locator(List.of(new DirectoryPlace(weights)), "");
    return new NetworkReader(declaration, locator, found)
        .read()
        .orElseThrow(() -> new IllegalStateException(found.all().toString()));
  }
}
