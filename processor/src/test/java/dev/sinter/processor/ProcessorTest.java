package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.google.testing.compile.CompilationSubject.assertThat;
import static com.google.testing.compile.Compiler.javac;
import static java.util.stream.Collectors.joining;

import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Network;
import dev.sinter.Port;
import dev.sinter.Session;
import dev.sinter.processor.ir.Shape;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.Writer;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic.Kind;
import javax.tools.JavaCompiler;
import javax.tools.JavaCompiler.CompilationTask;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the processor does with networks that are right, however they are declared. */
class ProcessorTest {
  private static final String SOFTMAX = "@Softmax Layer last;";

  /** HotSpot compiles no longer method. */
  private static final int LONGEST_METHOD = 8_000;

  @TempDir private Path folder;

  // Where a network is declared.

  @ParameterizedTest
  @ValueSource(strings = {"CLASS", "RESOURCE"})
  void networkInTheDefaultPackage(String bake) throws IOException {
    new TestWeights().tensor("fc.weight", 2, 3).write(folder.resolve("w.safetensors"));
    String text =
        Networks.text(
            "input = 3, weights = \"w.safetensors\", bake = Network.Bake." + bake,
            "@Linear Layer fc;");
    Compilation compilation =
        Networks.compile(folder, List.of(), Networks.source("X", text.replace("package p;", "")));
    assertThat(Networks.load(compilation, "SinteredX").run(new float[3])).hasLength(2);
  }

  @Test
  void nestedNetworksAreNamedAfterTheClassesAroundThem() throws Exception {
    Compilation compilation =
        compile(
            Marked.source(
                "p.Outer",
                """
                package p;
                import dev.sinter.*;
                public class Outer {
                  @Network(input = 4) public static class Digits { @Softmax Layer last; }
                  @Network(input = 4) private static class Hidden { @Softmax Layer last; }
                  interface Middle {
                    @Network(input = 4) class Inner { @Softmax Layer last; }
                  }
                }
                @Network(input = 4) class Second { @Softmax Layer last; }
                """));
    for (String name : List.of("Outer_Digits", "Outer_Hidden", "Outer_Middle_Inner", "Second")) {
      assertThat(Networks.load(compilation, "p.Sintered" + name).name()).isEqualTo(name);
      Class<?> type = Networks.type(compilation, "p.Sintered" + name);
      boolean seen = name.equals("Outer_Digits");
      assertThat(Modifier.isPublic(type.getModifiers())).isEqualTo(seen);
      assertThat(Modifier.isPublic(type.getDeclaredMethod("load").getModifiers())).isEqualTo(seen);
    }
  }

  @Test
  void unusualNames() {
    Marked source =
        Marked.source(
            "p.Größe$1",
            """
            package p;
            import dev.sinter.*;
            @Network(input = 4) class Größe$1 {
              @Identity Layer $1; @Softmax Layer größe; @Softmax Layer kernel, backend;
            }
            """);
    assertThat(Networks.load(compile(source), "p.SinteredGröße$1").run(new float[4])).hasLength(4);
  }

  @Test
  void networkThatNeedsATypeOfAnotherProcessor() {
    Compilation compilation =
        javac()
            .withProcessors(new SinterProcessor(), new Other())
            .compile(
                Networks.source(
                    "p.X",
                    """
                    package p;
                    import dev.sinter.*;
                    @Network(input = 4) class X extends Made { @Softmax Layer last; Made made; }
                    """));
    assertThat(Networks.load(compilation, "p.SinteredX").run(new float[4])).hasLength(4);
  }

  @Test
  void nothingIsClaimed() {
    Other other = new Other();
    Compilation compilation =
        javac()
            .withProcessors(new SinterProcessor(), other)
            .compile(Networks.network("input = 4", SOFTMAX));
    assertThat(compilation).succeeded();
    assertThat(other.seen).contains("X");
  }

  // How it is wired.

  @Test
  void outputInTheMiddle() {
    Model model =
        Networks.load(
            compile(
                Marked.network(
                    "input = {2, 4, 4}",
                    """
                    @Output @MaxPool(kernel = 2) Layer pool;
                    @GlobalMaxPool Layer best;
                    @Flatten Layer flat;
                    """)),
            "p.SinteredX");
    float[][] outputs = {new float[8], new float[2]};
    try (Session session = model.newSession()) {
      session.run(new float[][] {counting(32)}, outputs);
    }
    assertThat(model.outputs().stream().map(Port::name)).containsExactly("pool", "flat").inOrder();
    assertThat(outputs[0]).isEqualTo(new float[] {5, 7, 13, 15, 21, 23, 29, 31});
    assertThat(outputs[1]).isEqualTo(new float[] {15, 31});
  }

  @Test
  void severalInputs() {
    Model model =
        Networks.load(
            compile(
                Marked.network(
                    "input = 3",
                    "@Input(3) Layer b; @Input(3) Layer a; @Add({\"a\", \"input\", \"b\", \"a\"})"
                        + " Layer sum;")),
            "p.SinteredX");
    float[] sum = new float[3];
    try (Session session = model.newSession()) {
      session.run(new float[][] {{1, 2, 3}, {10, 20, 30}, {100, 200, 300}}, new float[][] {sum});
    }
    assertThat(model.inputs().stream().map(Port::name))
        .containsExactly("input", "b", "a")
        .inOrder();
    assertThat(sum).isEqualTo(new float[] {211, 422, 633});
  }

  @ParameterizedTest
  @ValueSource(strings = {"@Flatten Layer last;", "@Identity Layer a; @Flatten Layer last;"})
  void networkThatComputesNothing(String fields) {
    for (String fold : List.of("all", "none")) {
      Compilation compilation =
          compile(Marked.network("input = {2, 1, 2}", fields), "-Asinter.fold=" + fold);
      Model model = Networks.load(compilation, "p.SinteredX");
      assertThat(model.run(new float[] {1, 2, 3, 4})).isEqualTo(new float[] {1, 2, 3, 4});
      assertThat(model.outputs().get(0).shape()).isEqualTo(new int[] {4});
    }
  }

  @Test
  void networkOfInputsOnly() {
    Model model = Networks.load(compile(Marked.network("", "@Input(2) Layer x;")), "p.SinteredX");
    assertThat(model.run(new float[] {1, 2})).isEqualTo(new float[] {1, 2});
  }

  @Test
  void oneValueUnderTwoNames() {
    Model model =
        Networks.load(
            compile(Marked.network("input = 2", "@Output @Softmax Layer p; @Dropout Layer q;")),
            "p.SinteredX");
    float[][] outputs = {new float[2], new float[2]};
    try (Session session = model.newSession()) {
      session.run(new float[][] {{0, 0}}, outputs);
    }
    assertThat(outputs[0]).isEqualTo(new float[] {0.5f, 0.5f});
    assertThat(outputs[1]).isEqualTo(outputs[0]);
  }

  // Where weights are.

  @Test
  void weightsAreLookedForInOrder() throws Exception {
    // The first constant says from which file it comes. Each place is removed in turn.
    Path first = folder.resolve("first folder");
    Path second = folder.resolve("second");
    List<Path> places = new ArrayList<>();
    for (Path place :
        List.of(
            first,
            second,
            folder.resolve("output"),
            folder.resolve("sources"),
            folder.resolve("classes"))) {
      places.add(place.resolve("p/w.safetensors"));
      places.add(place.resolve("w.safetensors"));
    }
    for (int i = 0; i < places.size(); i++) {
      new TestWeights().with("fc.weight", Shape.of(1, 1), i).write(places.get(i));
    }
    List<Float> found = new ArrayList<>();
    for (Path place : places) {
      OnDisk compiled = OnDisk.compile(folder, first + File.pathSeparator + second);
      assertWithMessage(compiled.log()).that(compiled.success()).isTrue();
      String layer = Files.readString(folder.resolve("output/p/SinteredX_Fc.java"));
      String literal = layer.replaceFirst("(?s).*?new float\\[] \\{\\s*([0-9.]+)f.*", "$1");
      found.add(Float.valueOf(literal));
      Files.delete(place);
    }
    assertThat(found)
        .containsExactlyElementsIn(
            IntStream.range(0, places.size()).mapToObj(i -> (float) i).toList())
        .inOrder();

    OnDisk failed = OnDisk.compile(folder, first + File.pathSeparator + second);
    assertThat(failed.success()).isFalse();
    assertThat(failed.log())
        .contains(
            ("    %1$s/first folder/p/w.safetensors\n"
                    + "    %1$s/first folder/w.safetensors\n"
                    + "    %1$s/second/p/w.safetensors\n"
                    + "    %1$s/second/w.safetensors\n"
                    + "    p/w.safetensors in the class output (%1$s/output)\n"
                    + "    w.safetensors in the class output (%1$s/output)\n"
                    + "    p/w.safetensors in the source path\n"
                    + "    w.safetensors in the source path\n"
                    + "    p/w.safetensors in the class path\n"
                    + "    w.safetensors in the class path\n")
                .formatted(folder));
  }

  @ParameterizedTest
  @CsvSource({
    "w.safetensors, w.safetensors",
    "sub/w.npz, sub\\\\w.npz",
    "sub/arrays, sub/arrays/",
    "p/w.SAFETENSORS, ./w.SAFETENSORS",
  })
  void containersOfEachFormatGiveTheSameCode(String file, String written) throws IOException {
    TestWeights weights = new TestWeights().tensor("conv1.weight", 4, 1, 3, 3).norm("bn1", 4);
    weights.write(folder.resolve(file));
    weights.write(folder.resolve("expected.safetensors"));
    String fields = "@Conv Layer conv1; @BatchNorm Layer bn1;";
    String input = "input = {1, 8, 8}, weights = ";
    assertThat(sources(compile(Marked.network(input + "\"" + written + "\"", fields))))
        .isEqualTo(sources(compile(Marked.network(input + "\"expected.safetensors\"", fields))));
  }

  @Test
  void weightsOfALayerFromElsewhere() throws IOException {
    new TestWeights()
        .with("stem.weight", Shape.of(1, 1), 2)
        .with("weight", Shape.of(1, 1), 5)
        .write(folder.resolve("w.safetensors"));
    new TestWeights().with("a.b.weight", Shape.of(1, 1), 7).write(folder.resolve("v.npz"));
    Model model =
        Networks.load(
            compile(
                Marked.network(
                    "input = 1, weights = \"w.safetensors\"",
                    """
                    @Linear(weights = "stem") Layer a;
                    @Linear(weights = "v.npz#a.b") Layer b;
                    @Linear(weights = "#stem") Layer c;
                    @Linear(weights = "w.safetensors#") Layer d;
                    """)),
            "p.SinteredX");
    assertThat(model.run(new float[] {1})).isEqualTo(new float[] {2 * 7 * 2 * 5});
  }

  // What is generated.

  @Test
  void generatedCodeNeedsNothingThatItsModuleDoesNotRead() throws IOException {
    // The annotation that marks generated code is there, but not for this module.
    OnDisk compiled =
        OnDisk.compile(
            folder,
            List.of("--add-modules", "java.compiler", "--add-reads", "m=ALL-UNNAMED"),
            List.of(
                Networks.source("module-info", "module m {}"),
                Networks.network("input = 4", SOFTMAX)));
    assertWithMessage(compiled.log()).that(compiled.success()).isTrue();
  }

  @Test
  void weightsWithASpaceInTheirNameAreFoundInTheClassOutput() throws Exception {
    new TestWeights()
        .with("fc.weight", Shape.of(1, 1), 3)
        .write(folder.resolve("output/my net[1].safetensors"));
    OnDisk compiled =
        OnDisk.compile(folder, folder.resolve("nothing").toString(), "my net[1].safetensors");
    assertWithMessage(compiled.log()).that(compiled.success()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"en-US", "tr-TR", "ar-EG-u-nu-arab", "hi-IN-u-nu-deva", "de-CH"})
  void sameBytesInEveryLocale(String language) throws IOException {
    TestWeights weights =
        new TestWeights().tensor("conv1.weight", 1200, 1, 3, 3).norm("bn1", 1200).norm("bn2", 3);
    weights.write(folder.resolve("w.safetensors"));
    for (String bake : List.of("CLASS", "RESOURCE")) {
      Marked network =
          Marked.network(
              "input = {1, 40, 40}, weights = \"w.safetensors\", bake = Network.Bake." + bake,
              "@Conv(stride = 2, padding = {1, 2, 0, 1}) Layer conv1; @BatchNorm Layer bn1;"
                  + " @Activation(LEAKY_RELU) Layer istanbul; @Pad(padding = 1) Layer pad;");
      Compilation expected = compile(network);
      Locale before = Locale.getDefault();
      Compilation compilation;
      try {
        Locale.setDefault(Locale.forLanguageTag(language));
        compilation = compile(network);
      } finally {
        Locale.setDefault(before);
      }
      assertThat(sources(compilation)).isEqualTo(sources(expected));
      assertThat(Networks.files(compilation).get("p/SinteredX.bin"))
          .isEqualTo(Networks.files(expected).get("p/SinteredX.bin"));
    }
  }

  @Test
  void layersStandInTheOrderOfTheFields() {
    String fields = "@Softmax Layer z; @Softmax Layer m; @Softmax Layer a; @Softmax Layer q;";
    String source = sources(compile(Marked.network("input = 4", fields))).get("p/SinteredX.java");
    assertThat(source.lines().filter(l -> l.contains(".kernel(")).map(String::strip).toList())
        .containsExactly(
            "program.step(SinteredX_Z.kernel(backend));",
            "program.step(SinteredX_M.kernel(backend));",
            "program.step(SinteredX_A.kernel(backend));",
            "program.step(SinteredX_Q.kernel(backend));")
        .inOrder();
  }

  /** The sum's class is its convolution's, and both headers say what is in it. */
  @Test
  void residualIsAStepOfItsConvolution() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 2, 2, 3, 3)
        .norm("bn1", 2)
        .write(folder.resolve("w.safetensors"));
    String fields =
        "@Softmax Layer soft; @Conv(padding = 1) Layer conv1; @BatchNorm Layer bn1;"
            + " @Add({\"bn1\", \"input\"}) Layer sum; @Activation(RELU) Layer relu;";
    Map<String, String> sources =
        sources(compile(Marked.network("input = {2, 4, 4}, weights = \"w.safetensors\"", fields)));
    assertThat(sources.keySet())
        .containsExactly("p/SinteredX.java", "p/SinteredX_Soft.java", "p/SinteredX_Conv1.java");
    assertThat(sources.get("p/SinteredX.java"))
        .containsMatch(" conv1 \\+ bn1 \\+ sum \\+ relu +\\[2, 4, 4] +576 +38\n");
    assertThat(sources.get("p/SinteredX_Conv1.java"))
        .contains("3 × 3 convolution, padding 1, plus a value, then RELU.");
  }

  @Test
  void methodsOf700LayersAreShortEnough() throws IOException {
    new TestWeights().tensor("conv.weight", 1, 1, 1, 1).write(folder.resolve("w.safetensors"));
    String fields =
        IntStream.range(0, 700)
            .mapToObj(i -> "@Conv(weights = \"conv\") Layer conv%d;".formatted(i))
            .collect(joining("\n"));
    checkClasses(
        compile(
            Marked.network(
                "input = {1, 2, 2}, weights = \"w.safetensors\", bake = Network.Bake.RESOURCE",
                fields)));
  }

  @Test
  void methodsOfALargeLayerAreShortEnough() throws IOException {
    new TestWeights().tensor("fc.weight", 1000, 1000).write(folder.resolve("w.safetensors"));
    Compilation compilation =
        compile(
            Marked.network(
                "input = 1000, weights = \"w.safetensors\", bake = Network.Bake.CLASS",
                "@Linear Layer fc;"));
    checkClasses(compilation);
    // A string of 65,535 bytes holds at most 14,336 floats; with a zero bit in eight, fewer.
    ClassFile layer = ClassFile.read(Networks.files(compilation).get("p/SinteredX_Fc.class"));
    int strings = (int) layer.texts().stream().filter(text -> text.length() > 10_000).count();
    assertThat(strings).isAtLeast(1_000_000 / 14_336);
    int bytesPerString = layer.methods().get("weights") / strings + 1;
    assertThat(bytesPerString * 900).isLessThan(LONGEST_METHOD);
  }

  @Test
  void methodsOfManyPortsAreShortEnough() {
    String inputs =
        IntStream.range(0, 50)
            .mapToObj(i -> "@Output @Input({3, 500, 500}) Layer in%d;".formatted(i))
            .collect(joining("\n"));
    checkClasses(compile(Marked.network("", inputs)));
  }

  @Test
  void methodsOfALongSumAreShortEnough() {
    String names = IntStream.range(0, 300).mapToObj(i -> "\"input\"").collect(joining(", "));
    checkClasses(compile(Marked.network("input = 4", "@Add({" + names + "}) Layer sum;")));
  }

  @Test
  void generatedCodeHasNoWarnings() throws IOException {
    // processing: javac warns of annotations that no processor claims, and this one never claims.
    Compilation compilation =
        compile(everything(), "-Xlint:all,-processing", "-Xdoclint:all,-missing", "-Werror");
    assertThat(compilation).succeededWithoutWarnings();
  }

  @Test
  void generatedCodeIsJava8() throws IOException {
    Compilation compilation =
        compile(everything(), "-source", "8", "-target", "8", "-Xlint:-options");
    assertThat(compilation).succeeded();
    byte[] main = Networks.files(compilation).get("p/SinteredX.class");
    assertThat(main[7]).isEqualTo(52);
  }

  // What is said.

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "①@BatchNorm Layer bn1;"
            + "| it reads the input 'input', and there is no layer before it to take it in.",
        "@Conv Layer conv1; ①@BatchNorm Layer bn1; @Add({\"bn1\", \"conv1\"}) Layer sum;| 'conv1'"
            + " is also read by 'sum', which needs its value without it. 'sum', which reads it, has"
            + " no weights to take it in either.",
        "@Output @Conv Layer conv1; ①@BatchNorm Layer bn1;"
            + "| 'conv1' is an output of the network, so its own value must stay.",
        "@Conv Layer conv1; @Activation(RELU) Layer relu; ①@BatchNorm Layer bn1;"
            + "| the activation 'relu' stands between 'conv1' and it.",
        "@Conv Layer conv1; @MaxPool(kernel = 2) Layer pool; ①@BatchNorm Layer bn1;| its scale is"
            + " negative in channel 0, which would make a minimum of 'pool' before it.",
        "@Conv Layer conv1; @Flatten Layer flat; ①@BatchNorm Layer bn1;"
            + "| it has another scale or shift for each of the elements that 'flat' makes of one"
            + " channel.",
        "@Conv Layer conv1; @Softmax Layer soft; ①@BatchNorm Layer bn1;"
            + "| it reads 'soft', which has no weights to take it in; a convolution, a linear layer"
            + " or another batch normalization directly before it would.",
        "@AvgPool(kernel = 2) Layer pool; @Flatten Layer f; ①@BatchNorm(eps = 9) Layer bn1;"
            + "| it reads 'f', which reads 'pool', which reads the input 'input', and there is no"
            + " layer before it to take it in.",
        "@Conv Layer conv1; @AvgPool(kernel = 3, stride = 1, padding = 1) Layer pool;"
            + " ①@BatchNorm Layer bn1;"
            + "| 'pool' before it counts padding, where its shift would be lost.",
        "@Softmax Layer soft; @Conv Layer conv1; @Add({\"conv1\", \"input\"}) Layer sum;"
            + " ①@BatchNorm Layer bn1;"
            + "| 'sum' before it sums 'input', which cannot take it in.",
        "①@BatchNorm Layer bn1; @Activation(RELU) Layer relu; @Conv Layer conv1;| it reads the"
            + " input 'input', and there is no layer before it to take it in. Behind it stands the"
            + " activation 'relu'.",
        "@Softmax Layer soft; @Output ①@BatchNorm Layer bn1; @Conv Layer conv1;"
            + "| it reads 'soft', which has no weights to take it in; a convolution, a linear layer"
            + " or another batch normalization directly before it would. Its result is an output of"
            + " the network.",
      })
  void batchNormThatStays(String fields, String reason) throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 2, 2, 1, 1)
        .norm("bn1", fields.contains("flat") ? 8 : 2)
        .write(folder.resolve("w.safetensors"));
    Marked network = Marked.network("input = {2, 2, 2}, weights = \"w.safetensors\"", fields);
    assertThat(network.said(compile(network), Kind.NOTE).get(0))
        .isEqualTo("① [BatchNormStays] 'bn1' is not folded: " + reason);
  }

  @ParameterizedTest
  @CsvSource({
    "all, '1 of 1 BatchNorm folded, max error E; 40 parameters, 1.3 kMAC'",
    "none, 'not folded (1 BatchNorm); 52 parameters, 1.4 kMAC'",
  })
  void summary(String fold, String expected) throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 4, 1, 3, 3)
        .norm("bn1", 4)
        .write(folder.resolve("w.safetensors"));
    Marked network =
        Marked.source(
            "p.X",
            Networks.text(
                    "input = {1, 8, 8}, weights = \"w.safetensors\"",
                    "@Conv Layer conv1; @BatchNorm Layer bn1;")
                .replace("class X", "①class X")
                .replace("public ", ""));
    List<String> notes = network.said(compile(network, "-Asinter.fold=" + fold), Kind.NOTE);
    assertThat(notes).hasSize(1);
    assertThat(notes.get(0).replaceFirst("\\d\\.\\de-0\\d", "E"))
        .matches(
            "① \\[Sinter] X: "
                + expected.replaceAll("([()])", "\\\\$1")
                + ", arena \\d\\.\\d KiB,"
                + " classes 0\\.2 KiB");
  }

  // The harness.

  private Compilation compile(Marked source, String... options) {
    Compilation compilation = Networks.compile(folder, List.of(options), source.sources());
    assertThat(compilation).succeeded();
    return compilation;
  }

  /** A network with every kind of constant and of port. */
  private Marked everything() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 4, 1, 3, 3)
        .norm("bn1", 4)
        .tensor("slopes.weight", 4)
        .tensor("fc.weight", 80, 16)
        .tensor("fc.bias", 80)
        .write(folder.resolve("w.safetensors"));
    return Marked.network(
        "input = {1, 8, 8}, weights = \"w.safetensors\", bake = Network.Bake.RESOURCE",
        """
        @Input(80) Layer offset;
        @Conv(from = "input", stride = 2, padding = {1, 1, 0, 0}) Layer conv1;
        @BatchNorm Layer bn1;
        @Output @PRelu Layer slopes;
        @AvgPool(kernel = 2, countIncludePad = false) Layer pool;
        @Clip(min = 0) Layer clip;
        @Flatten Layer flat;
        @Linear Layer fc;
        @Add({"fc", "offset"}) Layer sum;
        @Softmax Layer last;
        """
            .replace("kernel = 2, c", "kernel = 2, stride = 1, c")
            .replace("@Clip", "@MaxPool(kernel = 2, stride = 1) Layer best;\n@Clip"));
  }

  private static Map<String, String> sources(Compilation compilation) {
    Map<String, String> sources = new HashMap<>();
    Networks.files(compilation)
        .forEach(
            (name, bytes) -> {
              if (name.endsWith(".java")) {
                sources.put(name, new String(bytes, StandardCharsets.UTF_8));
              }
            });
    return sources;
  }

  private static void checkClasses(Compilation compilation) {
    Networks.files(compilation)
        .forEach(
            (name, bytes) -> {
              if (name.endsWith(".class") && name.contains("Sintered")) {
                ClassFile file = ClassFile.read(bytes);
                file.methods()
                    .forEach(
                        (method, size) ->
                            assertWithMessage(name + ": " + method)
                                .that(size)
                                .isAtMost(LONGEST_METHOD));
                assertThat(file.methods()).doesNotContainKey("<clinit>");
                assertThat(file.texts()).containsNoneOf("forName", "java/lang/reflect/Method");
              }
            });
  }

  private static float[] counting(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i;
    }
    return values;
  }

  /** A compilation of a network with a linear layer 1 → 1, in files. */
  private record OnDisk(boolean success, String log) {
    static OnDisk compile(Path folder, String weights) throws IOException {
      return compile(folder, weights, "w.safetensors");
    }

    static OnDisk compile(Path folder, String weights, String file) throws IOException {
      return compile(
          folder,
          List.of("-Asinter.weights=" + weights),
          List.of(Networks.network("input = 1, weights = \"" + file + "\"", "@Linear Layer fc;")));
    }

    static OnDisk compile(Path folder, List<String> options, List<JavaFileObject> sources)
        throws IOException {
      StringWriter log = new StringWriter();
      JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
      try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
        URL runtime = Network.class.getProtectionDomain().getCodeSource().getLocation();
        files.setLocationFromPaths(
            StandardLocation.CLASS_OUTPUT,
            List.of(Files.createDirectories(folder.resolve("output"))));
        files.setLocationFromPaths(
            StandardLocation.SOURCE_PATH, List.of(folder.resolve("sources")));
        files.setLocationFromPaths(
            StandardLocation.CLASS_PATH,
            List.of(Path.of(URI.create(runtime.toString())), folder.resolve("classes")));
        Iterable<? extends JavaFileObject> given =
            files.getJavaFileObjectsFromPaths(written(folder.resolve("sources"), sources));
        CompilationTask task = javac.getTask(log, files, null, options, null, given);
        task.setProcessors(List.of(new SinterProcessor()));
        return new OnDisk(task.call(), log.toString().replace("\r", ""));
      }
    }

    private static List<Path> written(Path folder, List<JavaFileObject> sources)
        throws IOException {
      List<Path> paths = new ArrayList<>();
      for (JavaFileObject source : sources) {
        Path path = folder.resolve(source.toUri().getPath().replaceFirst("^/", ""));
        Files.createDirectories(path.getParent());
        paths.add(Files.writeString(path, source.getCharContent(true)));
      }
      return paths;
    }
  }

  /** Generates a class, and looks at networks. */
  private static final class Other extends AbstractProcessor {
    private final List<String> seen = new ArrayList<>();
    private boolean made;

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
      annotations.forEach(
          annotation ->
              round
                  .getElementsAnnotatedWith(annotation)
                  .forEach(network -> seen.add(network.getSimpleName().toString())));
      if (!made) {
        made = true;
        try (Writer out = processingEnv.getFiler().createSourceFile("p.Made").openWriter()) {
          out.write("package p; class Made {}");
        } catch (IOException failed) {
          throw new IllegalStateException(failed);
        }
      }
      return false;
    }
  }
}
