package dev.sinter.processor;

import com.palantir.javapoet.ClassName;
import dev.sinter.processor.declaration.Attributes;
import dev.sinter.processor.declaration.FieldDeclaration;
import dev.sinter.processor.declaration.NetworkDeclaration;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.emit.NetworkEmitter;
import dev.sinter.processor.emit.Output;
import dev.sinter.processor.emit.SelfTestSource;
import dev.sinter.processor.emit.TooLargeToBake;
import dev.sinter.processor.fold.Fold;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.fold.Standing;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.layer.LabelFile;
import dev.sinter.processor.layer.NetworkReader;
import dev.sinter.processor.layer.PixelInput;
import dev.sinter.processor.onnx.ModelReader;
import dev.sinter.processor.plan.Algorithm;
import dev.sinter.processor.plan.Plan;
import dev.sinter.processor.plan.Step;
import dev.sinter.processor.report.Folding;
import dev.sinter.processor.report.Losses;
import dev.sinter.processor.report.Report;
import dev.sinter.processor.report.Summary;
import dev.sinter.processor.verify.Answers;
import dev.sinter.processor.verify.Certificate;
import dev.sinter.processor.verify.Overflow;
import dev.sinter.processor.weights.Locator;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The way of one network from its declaration to its sources, a line a phase. */
final class NetworkCompiler {
  /** Those of the inputs of self-tests. */
  private static final List<Integer> SEEDS = List.of(1, 2);

  /** What kernels may differ by, in units of the largest output: as documented. */
  private static final double BOUND = 2e-5;

  /** The same where Winograd's F(4, 3) is among them. */
  private static final double WINOGRAD_BOUND = 5e-5;

  private final Options options;
  private final List<Fold> folds;
  private final Locator locator;
  private final Optional<ClassName> generated;

  /**
   * A compiled network.
   *
   * @param output its sources and resource
   * @param report what there is to tell about it
   */
  record Compiled(Output output, Report report) {}

  /**
   * A compiler.
   *
   * @param folds what to fold, in the order in which it is tried
   * @param generated the annotation that marks generated code, where there is one
   */
  NetworkCompiler(
      Options options, List<Fold> folds, Locator locator, Optional<ClassName> generated) {
    this.options = options;
    this.folds = folds;
    this.locator = locator;
    this.generated = generated;
  }

  /**
   * Compiles a network.
   *
   * @param found receives every message
   * @return what to write, or nothing if there are errors
   */
  Optional<Compiled> compile(NetworkDeclaration declaration, Diagnostics found) {
    try {
      Optional<Graph> declared = declared(declaration, found);
      if (declared.isEmpty()) {
        return Optional.empty();
      }
      NetworkEmitter.Meaning meaning = meaning(declared.get(), declaration, found);
      Folding exact = folded(declared.get());
      requireFloats(exact.folded(), declaration);
      requireProofs(exact, declaration);
      Storing.Stored stored =
          new Storing(declaration, options)
              .store(exact.unfolded(), exact.folded(), this::foldedUnwatched);
      Folding folding = exact.with(stored.graph(), stored.quantization());
      Plan plan = planned(folding.folded(), declaration);
      NetworkEmitter.Names names = names(plan, declaration);
      Output output = emitted(names, meaning, folding, plan, declaration);
      long resource = output.resource().map(Output.Resource::bytes).orElse(0L);
      say(folding, plan, resource, declaration, found);
      Report report = new Report(declaration.qualifiedName(), folding, plan, resource);
      return Optional.of(new Compiled(output, report));
    } catch (Rejection rejection) {
      found.add(rejection.diagnostic());
      return Optional.empty();
    }
  }

  /** The network as declared, from its input on. */
  private Optional<Graph> declared(NetworkDeclaration declaration, Diagnostics found)
      throws Rejection {
    Optional<Graph> layers = layers(declaration, found);
    return layers.isPresent() && PixelInput.isDeclared(declaration)
        ? Optional.of(PixelInput.in(layers.get(), declaration, found))
        : layers;
  }

  /** The model, if there is one, and the fields behind it. */
  private Optional<Graph> layers(NetworkDeclaration declaration, Diagnostics found) {
    if (!declaration.isImported()) {
      return new NetworkReader(declaration, locator, found).read();
    }
    Attributes network = declaration.network();
    List<String> taken = declaration.fields().stream().map(FieldDeclaration::name).toList();
    return new ModelReader(network.text("model"), network.at("model"), found)
        .read(locator, network.integers("input"), network.at("input"), taken)
        .flatMap(
            model ->
                declaration.fields().isEmpty()
                    ? Optional.of(model)
                    : new NetworkReader(declaration, locator, found).readBehind(model));
  }

  private Folding folded(Graph declared) {
    return options.fold() ? Folding.of(declared, folds, fold -> {}) : Folding.none(declared);
  }

  private Graph foldedUnwatched(Graph graph) {
    return new Folder(folds).fold(graph, rewrite -> {});
  }

  private static void requireProofs(Folding folding, NetworkDeclaration declaration)
      throws Rejection {
    for (Folding.Certified fold : folding.folds()) {
      Certificate certificate = fold.certificate();
      if (!certificate.holds()) {
        throw Problem.CERTIFICATE.reject(
            declaration.locationOf(fold.rewrite().fields().get(0)),
            fold.rewrite().fold(),
            String.join(" + ", fold.rewrite().fields()),
            certificate.worstError(),
            certificate.worstBound());
      }
    }
  }

  /** Every constant must be a finite float once it is rounded. */
  private static void requireFloats(Graph graph, NetworkDeclaration declaration) throws Rejection {
    for (Node node : graph.nodes()) {
      Optional<String> overflow = Overflow.in(node.op());
      if (overflow.isPresent()) {
        throw Problem.OVERFLOW.reject(
            declaration.locationOf(node.name()), String.join(" + ", node.fields()), overflow.get());
      }
    }
  }

  private static Plan planned(Graph graph, NetworkDeclaration declaration) throws Rejection {
    try {
      return Plan.of(graph);
    } catch (IllegalArgumentException tooLarge) {
      throw Problem.TOO_LARGE.reject(
          declaration.location(), declaration.name(), tooLarge.getMessage());
    }
  }

  private NetworkEmitter.Names names(Plan plan, NetworkDeclaration declaration) throws Rejection {
    NetworkEmitter.Names names =
        new NetworkEmitter.Names(
            declaration.packageName(),
            declaration.name(),
            declaration.generatedName(),
            declaration.isPublic(),
            generated);
    Map<String, String> taken = new HashMap<>();
    for (Step step : plan.steps()) {
      String name = step.node().name();
      String type = names.layer(name);
      String other = taken.put(type.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        throw Problem.NAME_CLASH.reject(declaration.locationOf(name), name, type, other);
      }
    }
    return names;
  }

  private Output emitted(
      NetworkEmitter.Names names,
      NetworkEmitter.Meaning meaning,
      Folding folding,
      Plan plan,
      NetworkDeclaration declaration)
      throws Rejection {
    NetworkEmitter.Bake bake = NetworkEmitter.Bake.valueOf(declaration.network().text("bake"));
    NetworkEmitter.Provenance provenance =
        new NetworkEmitter.Provenance(
            Stream.of(
                    Optional.of(folding.summary() + " of Σ|w·x|."),
                    folding.quantization().map(Losses::sentence),
                    Optional.of(memory(plan)))
                .flatMap(Optional::stream)
                .toList(),
            folding::about);
    try {
      return new NetworkEmitter(names, folding.folded(), plan, provenance, bake, meaning)
          .emit(options.selfTest() ? selfTest(folding.reference(), meaning, plan) : List.of());
    } catch (TooLargeToBake tooLarge) {
      throw Problem.TOO_LARGE.reject(
          declaration.location(), declaration.name(), tooLarge.getMessage());
    }
  }

  /** What the network's numbers stand for. */
  private NetworkEmitter.Meaning meaning(
      Graph declared, NetworkDeclaration declaration, Diagnostics found) throws Rejection {
    Optional<String> pixels =
        PixelInput.isDeclared(declaration)
            ? Optional.of(declaration.network().nested("pixels").text("order"))
            : Optional.empty();
    if (!LabelFile.isDeclared(declaration)) {
      return new NetworkEmitter.Meaning(pixels, List.of(), false);
    }
    List<String> labels = LabelFile.read(declaration, declared, locator, found);
    return new NetworkEmitter.Meaning(pixels, labels, LabelFile.areProbabilities(declared));
  }

  /** What a self-test runs, and what the network answers to that in double. */
  private static List<SelfTestSource.Run> selfTest(
      Graph network, NetworkEmitter.Meaning meaning, Plan plan) {
    boolean winograd =
        plan.steps().stream().anyMatch(step -> step.algorithm() == Algorithm.WINOGRAD_4);
    double bound = winograd ? WINOGRAD_BOUND : BOUND;
    return SEEDS.stream()
        .map(seed -> Answers.of(network, meaning.pixels().isPresent(), seed))
        .map(
            answers ->
                new SelfTestSource.Run(
                    answers.seed(),
                    answers.outputs().stream()
                        .map(a -> new SelfTestSource.Expected(bound * a.largest(), a.elements()))
                        .toList()))
        .toList();
  }

  private static String memory(Plan plan) {
    return String.format(
        Locale.ROOT,
        "Working memory: %,d floats; at least %,d are alive at once.",
        plan.arena(),
        plan.lowerBound());
  }

  private static void say(
      Folding folding,
      Plan plan,
      long resource,
      NetworkDeclaration declaration,
      Diagnostics found) {
    alike(folding.standing(), declaration)
        .forEach(
            standing -> {
              Standing first = standing.get(0);
              int more = standing.size() - 1;
              found.add(
                  Problem.BATCH_NORM_STAYS.at(
                      declaration.locationOf(first.field()),
                      first.field(),
                      more == 0 ? "" : " (and " + more + " more where its block is used)",
                      first.reason()));
            });
    found.add(
        Problem.SINTER.at(
            declaration.location(), Summary.of(declaration.name(), folding, plan, resource)));
  }

  /** Together those that one field declares, in a block that is used often, and for one reason. */
  private static Collection<List<Standing>> alike(
      List<Standing> standing, NetworkDeclaration declaration) {
    return standing.stream()
        .collect(
            Collectors.groupingBy(
                stays -> List.of(declaration.locationOf(stays.field()), unnamed(stays.reason())),
                LinkedHashMap::new,
                Collectors.toList()))
        .values();
  }

  /** A reason without the layers that it names. */
  private static String unnamed(String reason) {
    return reason.replaceAll("'[^']*'", "");
  }
}
