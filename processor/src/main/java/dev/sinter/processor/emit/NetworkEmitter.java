package dev.sinter.processor.emit;

import com.palantir.javapoet.AnnotationSpec;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.JavaFile;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.plan.Plan;
import dev.sinter.processor.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;

/** Writes a planned network: its own class, one class a step, and perhaps a resource. */
public final class NetworkEmitter {
  /**
   * Steps whose kernels one method makes: each takes at most 13 bytes of code, also in chains, and
   * HotSpot compiles no method of more than 8,000.
   */
  private static final int STEPS_PER_METHOD = 250;

  /**
   * Inputs and outputs: each takes at most 44 bytes of code, beside the steps in the same method.
   */
  private static final int MOST_PORTS = 100;

  private final Names names;
  private final Graph graph;
  private final Plan plan;
  private final Provenance provenance;
  private final Baking baking;
  private final Meaning meaning;

  /**
   * What the generated classes are called.
   *
   * @param packageName empty for the default package
   * @param network the network's name, for people
   * @param type the simple name of its class
   * @param isPublic whether that class is
   * @param generated the annotation that marks generated code, where there is one
   */
  public record Names(
      String packageName,
      String network,
      String type,
      boolean isPublic,
      Optional<ClassName> generated) {

    /**
     * The simple name of the class for a layer: {@code SinteredDigits_Conv1}, and in a block {@code
     * SinteredDigits_Layer1_Conv1}.
     */
    public String layer(String path) {
      StringBuilder name = new StringBuilder(type);
      for (String field : path.split("\\.", -1)) {
        name.append('_').append(field.substring(0, 1).toUpperCase(Locale.ROOT));
        name.append(field.substring(1));
      }
      return name.toString();
    }
  }

  /**
   * What the headers say about where things come from.
   *
   * @param network lines about the network as a whole
   * @param layer lines about one value
   */
  public record Provenance(List<String> network, Function<Node, List<String>> layer) {}

  /**
   * What stands for the numbers that go in and come out.
   *
   * @param pixels the order of the bytes that may be given instead of the input, if such may be
   * @param labels of the elements of the last output, or none
   * @param probabilities whether these elements are probabilities
   */
  public record Meaning(Optional<String> pixels, List<String> labels, boolean probabilities) {
    /** Numbers, and nothing else. */
    public static final Meaning NONE = new Meaning(Optional.empty(), List.of(), false);
  }

  /** Where the constants go. */
  public enum Bake {
    AUTO,
    CLASS,
    RESOURCE
  }

  /**
   * An emitter.
   *
   * @param bake where the constants go; AUTO: in the classes up to {@link Baking#CLASS_BYTES}
   */
  public NetworkEmitter(
      Names names, Graph graph, Plan plan, Provenance provenance, Bake bake, Meaning meaning) {
    this.meaning = meaning;
    this.names = names;
    this.graph = graph;
    this.plan = plan;
    this.provenance = provenance;
    boolean inClasses =
        bake == Bake.CLASS || (bake == Bake.AUTO && graph.bytes() <= Baking.CLASS_BYTES);
    this.baking = inClasses ? new ClassBaking() : new ResourceBaking();
  }

  /**
   * The sources and the resource.
   *
   * @param selfTest the runs of a self-test; without any there is none
   * @throws TooLargeToBake if the constants do not fit where they were asked to go, or the wiring
   *     does not fit methods that HotSpot compiles
   */
  public Output emit(List<SelfTestSource.Run> selfTest) {
    int ports = graph.inputs().size() + graph.outputs().size();
    if (ports > MOST_PORTS) {
      throw new TooLargeToBake(
          "has " + ports + " inputs and outputs; a network may have " + MOST_PORTS);
    }
    List<JavaFile> files = new ArrayList<>();
    for (Step step : plan.steps()) {
      files.add(file(layer(step)));
    }
    files.add(0, file(network()));
    if (!selfTest.isEmpty()) {
      files.add(file(selfTest(selfTest)));
    }
    return new Output(
        files, baking instanceof ResourceBaking b ? Optional.of(resource(b)) : Optional.empty());
  }

  private Output.Resource resource(ResourceBaking resource) {
    return new Output.Resource(
        names.packageName(), resourceName(), resource.bytes(), resource::writeTo);
  }

  private TypeSpec layer(Step step) {
    Node node = step.node();
    TypeSpec.Builder type = type(names.layer(node.name()));
    String inputs =
        step.inputs().stream()
            .map(region -> region.shape().toString())
            .distinct()
            .collect(Collectors.joining(" and "));
    type.addJavadoc(
        "$L: $L.\n\n<p>$L to $L; $L MACs, $L constants.\n",
        String.join(" + ", node.fields()),
        step.description(),
        inputs,
        node.shape(),
        String.format(Locale.ROOT, "%,d", node.op().macs(node.shape())),
        String.format(Locale.ROOT, "%,d", node.op().parameters()));
    list(type, provenance.layer().apply(node));
    LayerEmitter.emit(step, baking, type);
    return type.build();
  }

  private TypeSpec network() {
    TypeSpec.Builder type = type(names.type());
    if (names.isPublic()) {
      type.addModifiers(Modifier.PUBLIC);
    }
    type.addJavadoc("The network {@code $L}, compiled by Sinter.\n", names.network());
    list(type, provenance.network());
    type.addJavadoc("\n<pre>\n$L</pre>\n", table());
    type.addMethod(load());
    if (!meaning.labels().isEmpty()) {
      String output = graph.outputs().get(graph.outputs().size() - 1).name();
      type.addMethod(LabelText.method("labels", output, meaning.labels()));
    }
    List<List<List<Step>>> groups = groups();
    for (int i = 0; groups.size() > 1 && i < groups.size(); i++) {
      type.addMethod(steps(i, groups.get(i)));
    }
    return type.build();
  }

  private TypeSpec selfTest(List<SelfTestSource.Run> runs) {
    TypeSpec.Builder type = type(names.type() + "SelfTest");
    if (names.isPublic()) {
      type.addModifiers(Modifier.PUBLIC);
    }
    SelfTestSource.addTo(type, names, runs);
    return type.build();
  }

  /** The chains of one method each. */
  private List<List<List<Step>>> groups() {
    List<List<List<Step>>> groups = new ArrayList<>();
    int room = 0;
    for (List<Step> chain : plan.chains()) {
      if (room < chain.size()) {
        groups.add(new ArrayList<>());
        room = STEPS_PER_METHOD;
      }
      groups.get(groups.size() - 1).add(chain);
      room -= chain.size();
    }
    return groups;
  }

  private MethodSpec load() {
    MethodSpec.Builder method =
        MethodSpec.methodBuilder("load")
            .addJavadoc("Loads the network's constants. Threads may share the model.\n")
            .addModifiers(Modifier.STATIC)
            .returns(RuntimeTypes.MODEL)
            .addStatement("$T backend = $T.preferred()", RuntimeTypes.BACKEND, RuntimeTypes.BACKEND)
            .addStatement(
                "$T program = new $T($S, backend)",
                RuntimeTypes.PROGRAM,
                RuntimeTypes.PROGRAM,
                names.network());
    if (names.isPublic()) {
      method.addModifiers(Modifier.PUBLIC);
    }
    for (Node input : graph.inputs()) {
      method.addStatement("program.input($L)", port(input.name(), input));
    }
    meaning
        .pixels()
        .ifPresent(
            order -> method.addStatement("program.pixels($T.$L)", RuntimeTypes.ORDER, order));
    if (baking instanceof ResourceBaking resource) {
      method.beginControlFlow("try ($L)", opened(resource));
      makeSteps(method);
      method.addStatement("constants.verify()").endControlFlow();
    } else {
      makeSteps(method);
    }
    for (Graph.Output output : graph.outputs()) {
      method.addStatement("program.output($L)", port(output.name(), graph.node(output.id())));
    }
    if (!meaning.labels().isEmpty()) {
      method.addStatement("program.labels($L, labels())", meaning.probabilities());
    }
    return method
        .addStatement(
            "program.arena($L).parameters($LL).macs($LL)",
            LayerEmitter.FIRST + plan.arena(),
            graph.parameters(),
            graph.macs())
        .addStatement("return program.model()")
        .build();
  }

  private CodeBlock opened(ResourceBaking resource) {
    String path = names.packageName().replace('.', '/');
    String name = "/" + (path.isEmpty() ? "" : path + "/") + resourceName();
    return CodeBlock.of(
        "$T constants =\n$>$>$T.open($T.class.getResourceAsStream($S), $S, $LL, $LL)$<$<",
        RuntimeTypes.CONSTANTS,
        RuntimeTypes.CONSTANTS,
        ClassName.get(names.packageName(), names.type()),
        name,
        name,
        resource.bytes(),
        resource.crc32());
  }

  private void makeSteps(MethodSpec.Builder method) {
    List<List<List<Step>>> groups = groups();
    if (groups.size() == 1) {
      groups.get(0).forEach(chain -> makeChain(method, chain));
    } else {
      for (int i = 0; i < groups.size(); i++) {
        method.addStatement("$N(program, backend$L)", "steps" + i, baking.arguments());
      }
    }
  }

  private MethodSpec steps(int number, List<List<Step>> chains) {
    MethodSpec.Builder method =
        MethodSpec.methodBuilder("steps" + number)
            .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
            .addParameter(RuntimeTypes.PROGRAM, "program")
            .addParameter(RuntimeTypes.BACKEND, "backend");
    baking.parameters(method);
    chains.forEach(chain -> makeChain(method, chain));
    return method.build();
  }

  private void makeChain(MethodSpec.Builder method, List<Step> chain) {
    CodeBlock kernels = chain.stream().map(this::kernel).collect(CodeBlock.joining(",\n"));
    method.addStatement(chain.size() == 1 ? "program.step($L)" : "program.chain(\n$L)", kernels);
  }

  private CodeBlock kernel(Step step) {
    return CodeBlock.of(
        "$T.kernel(backend$L)",
        ClassName.get(names.packageName(), names.layer(step.node().name())),
        baking.arguments());
  }

  private CodeBlock port(String name, Node node) {
    CodeBlock.Builder port = CodeBlock.builder();
    port.add("$S, $L", name, LayerEmitter.slot(plan.region(node.id())));
    node.shape().extents().forEach(extent -> port.add(", $L", extent));
    return port.build();
  }

  /** The layers in order, with what they cost. */
  private String table() {
    List<String> rows = new ArrayList<>();
    int width = 5;
    for (Step step : plan.steps()) {
      width = Math.max(width, String.join(" + ", step.node().fields()).length());
    }
    String format = "%-" + width + "s  %-15s %14s %12s%s\n";
    rows.add(String.format(Locale.ROOT, format, "layer", "result", "MACs", "constants", ""));
    for (List<Step> chain : plan.chains()) {
      for (int i = 0; i < chain.size(); i++) {
        Node node = chain.get(i).node();
        rows.add(
            String.format(
                Locale.ROOT,
                format,
                String.join(" + ", node.fields()),
                node.shape(),
                String.format(Locale.ROOT, "%,d", node.op().macs(node.shape())),
                String.format(Locale.ROOT, "%,d", node.op().parameters()),
                i == 0 ? "" : " ^"));
      }
    }
    if (plan.chains().stream().anyMatch(chain -> chain.size() > 1)) {
      rows.add("^ may run as one with the layer above, whose result is then not stored\n");
    }
    return String.join("", rows);
  }

  private TypeSpec.Builder type(String name) {
    TypeSpec.Builder type = TypeSpec.classBuilder(name).addModifiers(Modifier.FINAL);
    names
        .generated()
        .map(
            annotation ->
                AnnotationSpec.builder(annotation)
                    .addMember("value", "$S", "dev.sinter.processor.SinterProcessor")
                    .build())
        .ifPresent(type::addAnnotation);
    return type.addMethod(MethodSpec.constructorBuilder().addModifiers(Modifier.PRIVATE).build());
  }

  private static void list(TypeSpec.Builder type, List<String> lines) {
    if (!lines.isEmpty()) {
      type.addJavadoc("\n<ul>\n");
      lines.forEach(line -> type.addJavadoc("  <li>$L\n", line));
      type.addJavadoc("</ul>\n");
    }
  }

  private JavaFile file(TypeSpec type) {
    return JavaFile.builder(names.packageName(), type)
        .addFileComment("Generated by Sinter. Do not edit: change the declaration instead.")
        .build();
  }

  private String resourceName() {
    return names.type() + ".bin";
  }
}
