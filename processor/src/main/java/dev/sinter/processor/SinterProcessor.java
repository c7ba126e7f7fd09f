package dev.sinter.processor;

import com.google.auto.common.MoreElements;
import com.google.auto.common.SuperficialValidation;
import com.google.auto.service.AutoService;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.JavaFile;
import dev.sinter.processor.declaration.DeclarationReader;
import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Diagnostic;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.diagnostic.Suppression;
import dev.sinter.processor.emit.Output;
import dev.sinter.processor.fold.Fold;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.layer.LayerTypes;
import dev.sinter.processor.report.Report;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.Place;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.Messager;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.ModuleElement;
import javax.lang.model.element.TypeElement;
import javax.lang.model.util.Elements;
import javax.tools.Diagnostic.Kind;
import javax.tools.StandardLocation;

/**
 * Compiles the networks of a compilation. It claims no annotation, waits a round for a class whose
 * types are not known yet, and says everything at the place that caused it.
 */
@AutoService(Processor.class)
public final class SinterProcessor extends AbstractProcessor {
  private static final String NETWORK = "dev.sinter.Network";
  private static final String BLOCK = "dev.sinter.Block";
  private static final String GENERATED = "javax.annotation.processing.Generated";

  private final DeclarationReader reader = new DeclarationReader(LayerTypes.annotations());
  private final Set<String> waiting = new LinkedHashSet<>();
  private final Set<Diagnostic> said = new HashSet<>();
  private final List<Fold> folds;

  /** For compilers, which make processors by their class. */
  public SinterProcessor() {
    this(Folder.ALL);
  }

  /** For tests of what happens when a fold is wrong. */
  SinterProcessor(List<Fold> folds) {
    this.folds = folds;
  }

  @Override
  public Set<String> getSupportedAnnotationTypes() {
    return Set.of("dev.sinter.*");
  }

  @Override
  public Set<String> getSupportedOptions() {
    return Options.names();
  }

  @Override
  public SourceVersion getSupportedSourceVersion() {
    return SourceVersion.latestSupported();
  }

  @Override
  public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    if (round.processingOver()) {
      sayUnresolved();
      return false;
    }
    List<TypeElement> networks = networks(round);
    waiting.clear();
    for (TypeElement network : networks) {
      if (SuperficialValidation.validateElements(DeclarationReader.classes(network))) {
        compile(network);
      } else {
        // javac says what is missing if no later round brings it.
        waiting.add(network.getQualifiedName().toString());
      }
    }
    sayOrphans(annotations, round);
    return false;
  }

  private void sayUnresolved() {
    for (String name : waiting) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      say(
          Problem.UNRESOLVED.at(
              type == null ? Location.NOWHERE : Location.of(type),
              name.substring(name.lastIndexOf('.') + 1)));
    }
  }

  private List<TypeElement> networks(RoundEnvironment round) {
    List<TypeElement> networks = new ArrayList<>();
    for (String name : waiting) {
      TypeElement type = processingEnv.getElementUtils().getTypeElement(name);
      if (type != null) {
        networks.add(type);
      }
    }
    TypeElement annotation = processingEnv.getElementUtils().getTypeElement(NETWORK);
    if (annotation != null) {
      for (Element element : round.getElementsAnnotatedWith(annotation)) {
        networks.add(MoreElements.asType(element));
      }
    }
    return networks;
  }

  private void compile(TypeElement type) {
    Diagnostics found = new Diagnostics();
    try {
      Options options = Options.of(processingEnv.getOptions(), found);
      NetworkDeclaration declaration = reader.network(type, found);
      String packagePath = declaration.packageName().replace('.', '/');
      Locator locator = new Locator(places(options), packagePath);
      Optional<NetworkCompiler.Compiled> compiled =
          new NetworkCompiler(options, folds, locator, generated(type)).compile(declaration, found);
      if (compiled.isPresent() && !found.hasErrors()) {
        write(compiled.get().output(), type, found);
        report(compiled.get().report(), options, type, found);
      }
    } catch (Rejection rejection) {
      found.add(rejection.diagnostic());
    } catch (OutOfMemoryError full) {
      found.add(Problem.OUT_OF_MEMORY.at(Location.of(type), type.getQualifiedName()));
    } catch (RuntimeException | StackOverflowError defect) {
      StringWriter trace = new StringWriter();
      defect.printStackTrace(new PrintWriter(trace));
      found.add(Problem.INTERNAL.at(Location.of(type), type.getQualifiedName(), trace));
    }
    found.all().stream()
        .filter(diagnostic -> !Suppression.silences(diagnostic, type))
        .forEach(this::say);
  }

  private List<Place> places(Options options) {
    List<Place> places = new ArrayList<>();
    for (Path folder : options.weights()) {
      places.add(new DirectoryPlace(folder));
    }
    Filer filer = processingEnv.getFiler();
    places.add(new FilerPlace(filer, StandardLocation.CLASS_OUTPUT, "class output"));
    places.add(new FilerPlace(filer, StandardLocation.SOURCE_PATH, "source path"));
    places.add(new FilerPlace(filer, StandardLocation.CLASS_PATH, "class path"));
    return places;
  }

  /** The annotation that marks generated code, if the module of this class can see it. */
  private Optional<ClassName> generated(TypeElement type) {
    Elements elements = processingEnv.getElementUtils();
    ModuleElement module = elements.getModuleOf(type);
    TypeElement annotation =
        module == null
            ? elements.getTypeElement(GENERATED)
            : elements.getTypeElement(module, GENERATED);
    return Optional.ofNullable(annotation).map(ClassName::get);
  }

  private void write(Output output, TypeElement type, Diagnostics found) {
    Filer filer = processingEnv.getFiler();
    String writing = "";
    try {
      // The resource first: if it fails, no class that needs it is there.
      if (output.resource().isPresent()) {
        Output.Resource resource = output.resource().get();
        writing = resource.name();
        try (OutputStream out =
            filer
                .createResource(
                    StandardLocation.CLASS_OUTPUT, resource.packageName(), resource.name(), type)
                .openOutputStream()) {
          resource.content().writeTo(out);
        }
      }
      for (JavaFile source : output.sources()) {
        writing = source.typeSpec().name();
        String prefix = source.packageName().isEmpty() ? "" : source.packageName() + ".";
        try (Writer out = filer.createSourceFile(prefix + writing, type).openWriter()) {
          source.writeTo(out);
        }
      }
    } catch (IOException failed) {
      String reason = failed.getMessage() == null ? failed.toString() : failed.getMessage();
      found.add(
          Problem.CANNOT_WRITE.at(Location.of(type), writing, type.getQualifiedName(), reason));
    }
  }

  private static void report(Report report, Options options, TypeElement type, Diagnostics found) {
    if (options.report().isEmpty()) {
      return;
    }
    Path folder = options.report().get();
    for (Report.Format format : options.formats()) {
      String name = report.network() + format.ending();
      try {
        ReportFile.write(folder.resolve(name), report.as(format));
      } catch (IOException failed) {
        found.add(
            Problem.CANNOT_WRITE.at(
                Location.of(type), name, type.getQualifiedName(), failed.toString()));
      }
    }
  }

  /** Says where a field looks like a layer but its class is no network. */
  private void sayOrphans(Set<? extends TypeElement> annotations, RoundEnvironment round) {
    Set<Element> fields = new LinkedHashSet<>();
    annotations.forEach(annotation -> fields.addAll(round.getElementsAnnotatedWith(annotation)));
    for (Element field : fields) {
      Element owner = field.getEnclosingElement();
      if (field.getKind().isField()
          && owner != null
          && !MoreElements.isAnnotationPresent(owner, NETWORK)
          && !MoreElements.isAnnotationPresent(owner, BLOCK)) {
        reader.layerOn(field).map(at -> orphan(at, field, owner)).ifPresent(this::say);
      }
    }
  }

  private static Diagnostic orphan(Location at, Element field, Element owner) {
    return Problem.OUTSIDE_NETWORK.at(at, field.getSimpleName(), owner.getSimpleName());
  }

  /** Says it once: what is wrong with the build as a whole comes up with each network. */
  private void say(Diagnostic diagnostic) {
    if (!said.add(diagnostic)) {
      return;
    }
    Kind kind =
        switch (diagnostic.problem().severity()) {
          case ERROR -> Kind.ERROR;
          case WARNING -> Kind.WARNING;
          case NOTE -> Kind.NOTE;
        };
    Messager messager = processingEnv.getMessager();
    Location at = diagnostic.location();
    String text = diagnostic.toString();
    if (at.element() == null) {
      messager.printMessage(kind, text);
    } else if (at.annotation() == null) {
      messager.printMessage(kind, text, at.element());
    } else if (at.value() == null) {
      messager.printMessage(kind, text, at.element(), at.annotation());
    } else {
      messager.printMessage(kind, text, at.element(), at.annotation(), at.value());
    }
  }
}
