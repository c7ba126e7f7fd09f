package dev.sinter.processor;

import static com.google.testing.compile.Compiler.javac;

import dev.sinter.processor.declaration.DeclarationReader;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.layer.LayerTypes;
import dev.sinter.processor.layer.NetworkReader;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.ElementFilter;
import javax.tools.JavaFileObject;

/** Reads a declared network, and does nothing with it. */
public final class DeclaredGraph {
  private DeclaredGraph() {}

  /** The graph as declared. */
  public static Graph of(Path weights, JavaFileObject source) {
    Reader reader = new Reader(weights);
    var unused = javac().withProcessors(reader).withOptions("-proc:only").compile(source);
    return reader.graph.orElseThrow(() -> new AssertionError(reader.found.all()));
  }

  private static final class Reader extends AbstractProcessor {
    private final Path weights;
    private final Diagnostics found = new Diagnostics();
    private Optional<Graph> graph = Optional.empty();

    private Reader(Path weights) {
      this.weights = weights;
    }

    @Override
    public Set<String> getSupportedAnnotationTypes() {
      return Set.of("dev.sinter.Network");
    }

    @Override
    public SourceVersion getSupportedSourceVersion() {
      return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
      for (TypeElement annotation : annotations) {
        for (TypeElement type : ElementFilter.typesIn(round.getElementsAnnotatedWith(annotation))) {
          read(type);
        }
      }
      return false;
    }

    private void read(TypeElement type) {
      Locator locator = new Locator(List.of(new DirectoryPlace(weights)), "dev/sinter/recipes");
      try {
        var declaration = new DeclarationReader(LayerTypes.annotations()).network(type, found);
        graph = new NetworkReader(declaration, locator, found).read();
      } catch (Rejection rejection) {
        found.add(rejection.diagnostic());
      }
    }
  }
}
