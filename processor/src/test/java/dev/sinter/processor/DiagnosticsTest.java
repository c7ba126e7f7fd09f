package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.google.testing.compile.Compiler.javac;
import static java.util.stream.Collectors.joining;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import com.google.testing.compile.Compilation;
import dev.sinter.processor.cli.Ran;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.fold.Fold;
import dev.sinter.processor.fold.Rewrite;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.tools.Diagnostic.Kind;
import javax.tools.JavaCompiler;
import javax.tools.JavaCompiler.CompilationTask;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every message of {@link Problem}: its whole text, and the place where it stands. ①, ②, … in a
 * source mark places and are not compiled; {@code "① [Id] text"} is a message at the first.
 */
@TestMethodOrder(OrderAnnotation.class)
class DiagnosticsTest {
  /** A 1 → 4 convolution, its batch normalization, and a linear layer 4 → 2. */
  private static final TestWeights WEIGHTS =
      new TestWeights()
          .tensor("conv1.weight", 4, 1, 3, 3)
          .norm("bn1", 4)
          .tensor("fc.weight", 2, 4)
          .tensor("fc.bias", 2);

  private static final String ARGUMENTS = "input = {1, 8, 8}, weights = \"w.safetensors\"";

  private static final String MODEL = "model = ①\"m.onnx\"";

  private static final Set<Problem> PROVOKED = EnumSet.noneOf(Problem.class);

  @TempDir private Path folder;

  // How a network is declared.

  @ParameterizedTest
  @CsvSource({"interface, X", "enum, X", "annotation type, @interface X", "record, record X()"})
  void networkThatIsNoClass(String kind, String declaration) throws IOException {
    String keyword = declaration.contains(" ") ? declaration : kind + " " + declaration;
    check(
        Marked.source("p.X", "package p; ①@dev.sinter.Network(input = 1) " + keyword + " {}"),
        "① [NotAClass] @Network stands on the %s 'X'; a network is declared by a class."
            .formatted(kind));
  }

  @Test
  void layerOutsideOfAnyNetwork() throws IOException {
    check(
        Marked.source(
            "p.Y",
            """
            package p;
            class Y {
              ①@dev.sinter.Flatten dev.sinter.Layer flat;
              int other;
            }
            """),
        "① [OutsideNetwork] 'flat' is a layer, but its class 'Y' is no network: add @Network, or"
            + " @Block, to the class itself. Layers are not inherited.");
  }

  @Test
  void networkThatMentionsItsOwnGeneratedClass() {
    Compilation compilation =
        compile(
            Marked.network("input = 4", "@Softmax Layer last; SinteredX compiled;"),
            List.of("-Asinter.weights=" + folder));
    noteProvoked(compilation);
    assertThat(compilation.errors().stream().map(error -> error.getMessage(null)).toList())
        .contains(
            "[Unresolved] 'X' mentions types that do not exist, so it was not compiled. A network"
                + " cannot mention the class that is generated for it in its own fields or"
                + " signatures.");
  }

  @Test
  void networkWithoutLayers() throws IOException {
    check(
        Marked.source("p.X", "package p; @dev.sinter.Network(input = 1) ①class X { int a; }"),
        "① [NoLayers] 'X' has no layers: declare them as fields of type Layer, as in '@Conv Layer"
            + " conv1;'.");
  }

  @ParameterizedTest
  @CsvSource({"String, java.lang.String", "int, int", "Layer[], dev.sinter.Layer[]"})
  void fieldOfAnotherType(String written, String named) throws IOException {
    check(
        Marked.network("input = 4", "@Flatten " + written + " ①flat; @Softmax Layer last;"),
        "① [FieldType] The type of 'flat' is %s; a layer's field has the type Layer."
            .formatted(named));
  }

  @Test
  void blockAnnotatedAsAnotherLayer() throws IOException {
    check(
        Marked.network("input = 4", "@Identity B ①b; @Softmax Layer last;")
            .and("p.B", "package p; import dev.sinter.*; @Block class B { @Softmax Layer s; }"),
        "① [FieldType] The type of 'b' is p.B; a layer's field has the type Layer. That is a block:"
            + " annotate the field @Block instead.");
  }

  @ParameterizedTest
  @CsvSource({"''", "@Output"})
  void layerWithoutAnnotation(String annotation) throws IOException {
    check(
        Marked.network("input = 4", annotation + " Layer ①flat; @Softmax Layer last;"),
        "① [NoAnnotation] 'flat' has no layer annotation, so nothing says what kind of layer it"
            + " is: add one, as in '@Conv Layer flat;'.");
  }

  @Test
  void blockWithoutAnnotation() throws IOException {
    check(
        Marked.network("input = 4", "Residual ①block; @Softmax Layer last;")
            .and(
                "p.Residual",
                "package p; import dev.sinter.*; @Block class Residual { @Softmax Layer s; }"),
        "① [NoAnnotation] 'block' has no layer annotation, so nothing says what kind of layer it"
            + " is: add @Block: 'Residual' is a block.");
  }

  @Test
  void layerOfTwoKinds() throws IOException {
    check(
        Marked.network("input = 4", "@Flatten ①@Softmax Layer both;"),
        "① [SeveralAnnotations] 'both' has the annotations @Flatten, @Softmax; a field is one"
            + " layer. Declare a field for each.");
  }

  @Test
  void layerCalledInput() throws IOException {
    check(
        Marked.network("input = 4", "@Flatten Layer ①input; @Softmax Layer last;"),
        "① [ReservedName] A layer cannot be called 'input': that is the name of the network's"
            + " input. Rename the field.");
  }

  @Test
  void namesThatDifferInCaseAreFreeWhereNoClassIsMade() throws IOException {
    check(
        Marked.network(
            "input = 4", "@Identity Layer Input; @Flatten Layer Last; @Softmax Layer last;"));
  }

  @Test
  void slopeAndLimitThatAreNoFloats() throws IOException {
    check(
        Marked.network("input = 4", "①@Clip(min = 1e39, max = 1e300) Layer clip;"),
        "① [Overflow] 'clip' would have a constant that does not fit a float: 1.0E39 in its"
            + " activation. Check its parameters, and the statistics of a batch normalization: a"
            + " tiny variance makes a huge scale.");
  }

  @Test
  void namesThatDifferInCaseOnly() throws IOException {
    check(
        Marked.network("input = 4", "@Softmax Layer last; ①@Softmax Layer Last;"),
        "① [NameClash] 'Last' would be generated as SinteredX_Last, and so would 'last' (file"
            + " systems may ignore the case of letters). Rename one of them.");
  }

  @Test
  void networkWithoutInput() throws IOException {
    check(
        Marked.source(
            "p.X",
            """
            package p;
            import dev.sinter.*;
            ①@Network class X { @Flatten Layer flat; @Add({"flat", "input"}) Layer sum; }
            """),
        "① [InputMissing] 'X' has no input: give the network's, as in @Network(input = {1, 28,"
            + " 28}), or put an @Input field before the layers that read it.");
  }

  @Test
  void layersThatReadAnInputThatIsNotThere() throws IOException {
    check(
        Marked.source(
            "p.X",
            """
            package p;
            import dev.sinter.*;
            @Network class X {
              ①@Flatten Layer flat;
              @Input(4) Layer late;
              @Softmax(from = ②"input") Layer last;
            }
            """),
        "① [InputMissing] 'flat' has no input: give the network's, as in @Network(input = {1, 28,"
            + " 28}), or put an @Input field before the layers that read it.",
        "② [InputMissing] 'last' has no input: give the network's, as in @Network(input = {1, 28,"
            + " 28}), or put an @Input field before the layers that read it.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"{0, 3}", "{1, 2, 3, 0}", "{1, 2, 3, 4, 5}", "{-1}", "{65536, 32768}"})
  void inputThatIsNoShape(String shape) throws IOException {
    check(
        Marked.network(
            "input = ①" + shape,
            "@Flatten Layer flat; @Input(②" + shape + ") Layer mask; @Flatten Layer last;"),
        "① [InputShape] The shape of 'input' is %s; it must be {C, H, W}, {C, L} or {C}, each at"
                .formatted(shape)
            + " least 1 and no more than 2,147,483,647 elements in all.",
        "② [InputShape] The shape of 'mask' is %s; it must be {C, H, W}, {C, L} or {C}, each at"
                .formatted(shape)
            + " least 1 and no more than 2,147,483,647 elements in all.");
  }

  @ParameterizedTest
  @CsvSource(delimiter = ';', value = "{1, 3, 32, 24}")
  void inputWithItsBatch(String shape) throws IOException {
    String text =
        " [InputShape] The shape of '%s' is %s; it must be {C, H, W}, {C, L} or {C}, each at least"
            + " 1 and no more than 2,147,483,647 elements in all. Leave the batch, its first, out:"
            + " {3, 32, 24}.";
    check(
        Marked.network(
            "input = ①" + shape,
            "@Flatten Layer flat; @Input(②" + shape + ") Layer mask; @Flatten Layer last;"),
        "①" + text.formatted("input", shape),
        "②" + text.formatted("mask", shape));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "input = 3, | '' | its input is [3]",
        "input = {3, 8}, | '' | its input is [3, 8]",
        "input = {4, 8, 8}, | '' | its input is [4, 8, 8]",
        "input = {1, 8, 8}, | @Input(4) Layer b; @Output @Flatten Layer f; | it has 2 inputs"
      })
  void inputThatIsNoPixels(String input, String field, String fact) throws IOException {
    check(
        Marked.network(
            input + "pixels = ①@Pixels", field + " @Identity(from = \"input\") Layer last;"),
        "① [PixelInput] 'X' takes pixels, but %s; pixels are one input, {1, H, W} in grey or {3, H,"
                .formatted(fact)
            + " W} in colours.");
  }

  @Test
  void statisticsOfBytes() throws IOException {
    String text =
        " [PixelScale] %s of 'pixels' is %s; bytes are divided by 255 before, so it must be on a"
            + " scale where white is 1. Did you mean %s, each divided by 255?";
    String identity = "@Identity Layer same;";
    String input = "input = {3, 8, 8}, pixels = @Pixels(";
    String mean = "{125.3, 123.0, 113.9}";
    check(
        Marked.network(input + "mean = ①" + mean + ", std = ②{63.0, 62.1, 1.0})", identity),
        "①" + text.formatted("mean", mean, "{0.491, 0.482, 0.447}"),
        "②" + text.formatted("std", "{63.0, 62.1, 1.0}", "{0.247, 0.244, 0.00392}"));
    check(
        Marked.network(input + "mean = ①" + mean + ")", identity),
        "①"
            + text.formatted("mean", mean, "{0.491, 0.482, 0.447}")
            + " If it was trained on bytes minus this, not divided, std is 1 / 255.0.");
    check(Marked.network(input + "mean = {-1, 0, 1}, std = 1)", identity));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "mean; {}; finite",
        "mean; {1.0, 2.0}; finite",
        "mean; {NaN}; finite",
        "std; {1.0, 2.0, 3.0, 4.0}; positive",
        "std; {0.0}; positive",
        "std; {1.0, -1.0, 1.0}; positive",
        "std; {NaN}; positive",
        "std; {Infinity}; positive"
      })
  void statisticsOfPixels(String name, String value, String kind) throws IOException {
    String written = value.replace("NaN", "0.0 / 0").replace("Infinity", "1.0 / 0");
    check(
        Marked.network(
            "input = {3, 8, 8}, pixels = @Pixels(%s = ①%s)".formatted(name, written),
            "@Identity Layer same;"),
        "① [BadValue] %s of 'pixels' is %s; it must be one %s number, or one for each of the 3 channels."
            .formatted(name, value, kind));
  }

  @Test
  void blocksThatAreNone() throws IOException {
    Marked source =
        Marked.network(
                "input = {1, 8, 8}",
                """
                @Block Layer ①layer;
                @Block A a;
                @Block(from = ②{"input", "input"}) C c;
                """)
            .and("p.A", "package p; import dev.sinter.*; @Block class A { @Block B b; }")
            .and("p.B", "package p; import dev.sinter.*; @Block class B { @Block A ③a; }")
            .and("p.C", "package p; import dev.sinter.*; @Block class C { @Flatten Layer f; }");
    check(
        source,
        "① [BlockType] 'layer' is annotated @Block, but its type dev.sinter.Layer is no class that"
            + " is annotated @Block itself.",
        "③ [BlockCycle] The block 'A' would contain itself: X → A → B → A. A network has no"
            + " recursion.",
        "② [BlockInputs] 'c' reads 2 values; its block takes 1: \"input\" and 0 @Input fields.");
  }

  @Test
  void mistakeInABlockIsSaidThereAndWhatReadsItIsPassedOver() throws IOException {
    check(
        Marked.network(
                "input = {1, 4, 4}", "@Block A a; @Add({\"a\", \"a.pool\"}) Layer sum; @Block A b;")
            .and(
                "p.A",
                "package p; import dev.sinter.*; @Block class A {"
                    + " @MaxPool(kernel = ①0) Layer pool; @Flatten Layer flat; }"),
        "① [BadValue] kernel of 'a.pool' is {0}; it must be {n} or {height, width}, each at least"
            + " 1.");
  }

  @Test
  void brokenFieldIsSaidOnceAndWhatReadsItIsPassedOver() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            ARGUMENTS,
            """
            @Conv String ①conv1;
            @BatchNorm Layer bn1;
            @Add({"conv1", "input"}) Layer sum;
            """),
        "① [FieldType] The type of 'conv1' is java.lang.String; a layer's field has the type"
            + " Layer.");
  }

  // What a layer reads.

  @Test
  void misspeltNameInAList() throws IOException {
    check(
        Marked.network(
            "input = {1, 4, 4}", "@Identity Layer stem; @Add({\"input\", ①\"stme\"}) Layer sum;"),
        "① [UnknownLayer] 'sum' reads 'stme', and no field before it has that name. Did you mean"
            + " 'stem'? A layer reads fields above it, or \"input\", the network's own.");
  }

  @Test
  void nameLikeNoOther() throws IOException {
    check(
        Marked.network("input = 4", "@Identity Layer stem; @Softmax(from = ①\"zzz\") Layer last;"),
        "① [UnknownLayer] 'last' reads 'zzz', and no field before it has that name. A layer reads"
            + " fields above it, or \"input\", the network's own.");
  }

  @Test
  void nameLikeNoOtherInABlock() throws IOException {
    check(
        Marked.network("input = 4", "@Block B b;")
            .and(
                "p.B",
                "package p; import dev.sinter.*; @Block class B {"
                    + " @Identity Layer stem; @Softmax(from = ①\"zzz\") Layer last; }"),
        "① [UnknownLayer] 'b.last' reads 'zzz', and no field before it has that name. A layer reads"
            + " fields above it, or \"input\", the block's own.");
  }

  @Test
  void layerThatReadsOneBelowOrItself() throws IOException {
    check(
        Marked.network(
            "input = 4",
            """
            @Identity(from = ①"last") Layer first;
            @Identity(from = ②"itself") Layer itself;
            @Softmax(from = "") Layer last;
            """),
        "① [UnknownLayer] 'first' reads 'last', and no field before it has that name. It stands"
            + " below: move it up. A layer reads fields above it, or \"input\", the network's own.",
        "② [UnknownLayer] 'itself' reads 'itself', and no field before it has that name. It is that"
            + " field itself. A layer reads fields above it, or \"input\", the network's own.");
  }

  @Test
  void sumOfTooFew() throws IOException {
    check(
        Marked.network("input = 4", "@Add(①{}) Layer none; @Add(②\"input\") Layer one;"),
        "① [TooFewInputs] 'none' adds 0 values; name two or more, as in @Add({\"a\", \"b\"}).",
        "② [TooFewInputs] 'one' adds 1 value; name two or more, as in @Add({\"a\", \"b\"}).");
  }

  @Test
  void sumOfDifferentShapes() throws IOException {
    check(
        Marked.network(
            "input = {3, 8, 8}",
            "@MaxPool(kernel = 2) Layer pool; @Add(①{\"pool\", \"input\", \"pool\"}) Layer sum;"),
        "① [OperandShapes] 'sum' adds values of different shapes. It reads 'pool': [3, 4, 4],"
            + " 'input': [3, 8, 8], 'pool': [3, 4, 4]. Check the strides, paddings and channels of"
            + " the layers before it.");
  }

  @Test
  void upsampleWithNoSizeOrTwo() {
    check(
        Marked.network("input = {3, 8, 8}", "①@Upsample Layer up;"),
        "① [ScaleOrSize] 'up' has neither scale nor size; give one: scale = 2, or size = {height,"
            + " width}.");
  }

  @Test
  void layersOnInputsOfTheWrongRank() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            "input = 4, weights = \"w.safetensors\"",
            """
            @Input({1, 8, 8}) Layer map;
            ①@Linear Layer fc;
            ②@Conv(from = "input") Layer conv1;
            ③@GlobalAvgPool(from = "input") Layer mean;
            ④@MaxPool(kernel = 2, from = "input") Layer pool;
            """),
        "① [LayerShape] 'fc' needs a vector [C]; the input is [1, 8, 8]. Put @Flatten before it.",
        "② [LayerShape] 'conv1' needs a map [C, H, W] or a sequence [C, L]; the input is the vector"
            + " [4]. For a vector use @Linear.",
        "③ [LayerShape] 'mean' needs a map [C, H, W] or a sequence [C, L]; the input is the vector"
            + " [4].",
        "④ [LayerShape] 'pool' needs a map [C, H, W] or a sequence [C, L]; the input is the vector"
            + " [4].");
  }

  @Test
  void windowLargerThanTheMap() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            "input = {1, 4, 4}, weights = \"w.safetensors\"",
            """
            ①@Conv(dilation = 3, padding = {0, 1}) Layer conv1;
            ②@AvgPool(kernel = {2, 5}, from = "input") Layer pool;
            ③@Conv(weights = "conv1", dilation = 2147483647, from = "input") Layer far;
            """),
        "① [LayerShape] 'conv1' has a window of 7 × 7, which does not fit the input [1, 4, 4] with"
            + " padding 0 + 0 rows and 1 + 1 columns; it needs a smaller window, more padding or a"
            + " larger input.",
        "② [LayerShape] 'pool' has a window of 2 × 5, which does not fit the input [1, 4, 4] with"
            + " padding 0 + 0 rows and 0 + 0 columns; it needs a smaller window, more padding or a"
            + " larger input.",
        "③ [LayerShape] 'far' has a window of 2147483647 × 2147483647, which does not fit the input"
            + " [1, 4, 4] with padding 0 + 0 rows and 0 + 0 columns; it needs a smaller window, more"
            + " padding or a larger input.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "padding; {1, 2, 3}; {p}, {height, width} or {top, left, bottom, right}, none negative",
        "padding; {-1}; {p}, {height, width} or {top, left, bottom, right}, none negative",
        "padding; {}; {p}, {height, width} or {top, left, bottom, right}, none negative",
        "stride; {-2}; {n} or {height, width}, each at least 1",
        "stride; {1, 2, 3}; {n} or {height, width}, each at least 1",
        "dilation; {0, 1}; {n} or {height, width}, each at least 1",
        "dilation; {}; {n} or {height, width}, each at least 1",
      })
  void badGeometryOfAConvolution(String name, String value, String expected) throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "@Conv(" + name + " = ①" + value + ") Layer conv1;"),
        "① [BadValue] %s of 'conv1' is %s; it must be %s.".formatted(name, value, expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "kernel = ①{3, 3}; kernel; {3, 3}; one number, at least 1",
        "kernel = 3, padding = ①{1, 1, 1, 1}; padding; {1, 1, 1, 1}; {p} or {left, right}, none"
            + " negative",
      })
  void badGeometryOfASequence(String written, String name, String value, String expected)
      throws IOException {
    check(
        Marked.network("input = {2, 8}", "@MaxPool(" + written + ") Layer pool;"),
        "① [BadValue] %s of 'pool' is %s; it must be %s.".formatted(name, value, expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "MaxPool(kernel = 2, padding = ①{0, 2}); padding; {0, 2}; at most half the kernel {2}",
        "AvgPool(kernel = {3, 5}, padding = ①2); padding; {2}; at most half the kernel {3, 5}",
        "AvgPool(kernel = 2, padding = ①1073741824); padding; {1073741824}; at most half the kernel"
            + " {2}",
        "MaxPool(kernel = ①0); kernel; {0}; {n} or {height, width}, each at least 1",
        "BatchNorm(eps = ①-1e-5); eps; -1.0E-5; a finite number, at least 0",
        "BatchNorm(eps = 0.0 ①/ 0); eps; NaN; a finite number, at least 0",
        "Clip(min = 2, max = ①1); max; 1.0; at least min, which is 2.0",
        "Clip(min = Double①.NaN); min; NaN; a number",
        "Activation(value = RELU, alpha = ①2); alpha; 2.0; left out: RELU has no parameter",
        "Activation(value = ELU, alpha = ①1e39); alpha; 1.0E39; a finite float",
        "Activation(value = SOFTPLUS, alpha = ①0); alpha; 0.0; greater than 0",
        "Normalize(mean = ①{}, std = 1); mean; {}; one finite number, or one for each of the 3"
            + " channels",
        "Normalize(mean = 0, std = ①{1, 0, 1}); std; {1.0, 0.0, 1.0}; different from 0",
        "Normalize(mean = 0, std = ①{1, 2}); std; {1.0, 2.0}; one finite number, or one for each of"
            + " the 3 channels",
      })
  void badValue(String annotation, String name, String value, String expected) throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            "input = {3, 8, 8}, weights = \"w.safetensors\"", "@" + annotation + " Layer layer;"),
        "① [BadValue] %s of 'layer' is %s; it must be %s.".formatted(name, value, expected));
  }

  @Test
  void sameAndPadding() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "@Conv(padding = 1, same = ①true) Layer conv1;"),
        "① [SameAndPadding] 'conv1' has both same = true and padding; same chooses the padding."
            + " Remove one.");
  }

  // Weights.

  @Test
  void noWeightsAreSaidOnceAtTheNetwork() throws IOException {
    check(
        Marked.source(
            "p.X",
            """
            package p;
            import dev.sinter.*;
            ①@Network(input = {1, 8, 8}) class X {
              @Conv Layer conv1;
              @Conv(from = "input", weights = "#conv1") Layer conv2;
            }
            """),
        "① [NoWeights] 'conv1' needs weights, and nothing says where they are: write"
            + " @Network(weights = \"file.safetensors\"), or that of the layer as"
            + " \"file.safetensors#prefix\".");
  }

  @Test
  void missingFileIsSaidOnceWithEveryPlace() throws IOException {
    Path second = Files.createDirectory(folder.resolve("second"));
    StringBuilder layers = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      layers.append("@Conv(from = \"input\") Layer conv%d;\n".formatted(i));
    }
    layers.append("@Conv(from = \"input\", weights = ②\"none.npz#a\") Layer a;\n");
    layers.append("@Conv(from = \"input\", weights = \"none.npz#b\") Layer b;\n");
    String text =
        " [ContainerNotFound] The weights '%1$s' were not found. Put them into one of the places"
            + " that were tried, or name their folder with -Asinter.weights=FOLDER.\n"
            + "  Tried, in this order:\n"
            + "    %2$s/p/%1$s\n"
            + "    %2$s/%1$s\n"
            + "    %3$s/p/%1$s\n"
            + "    %3$s/%1$s\n"
            + "    p/%1$s in the class output\n"
            + "    %1$s in the class output\n"
            + "    p/%1$s in the source path\n"
            + "    %1$s in the source path\n"
            + "    p/%1$s in the class path\n"
            + "    %1$s in the class path";
    Marked network =
        Marked.network("input = {1, 8, 8}, weights = ①\"digits.safetensors\"", layers.toString());
    check(
        network,
        compile(network, List.of("-Asinter.weights=" + folder + File.pathSeparator + second)),
        "①" + text.formatted("digits.safetensors", folder, second),
        "②" + text.formatted("none.npz", folder, second));
  }

  @Test
  void missingFileByItsAbsolutePath() throws IOException {
    Path file = folder.resolve("none.npz");
    check(
        Marked.network("input = {1, 8, 8}, weights = ①\"" + file + "\"", "@Conv Layer conv1;"),
        ("① [ContainerNotFound] The weights '%1$s' were not found. Put them into one of the places"
                + " that were tried, or name their folder with -Asinter.weights=FOLDER.\n"
                + "  Tried, in this order:\n    %1$s")
            .formatted(file));
  }

  @Test
  void missingFileOfWhichThereIsOneOfALikeName() throws IOException {
    Path there = Files.createDirectories(folder.resolve("p/nets")).resolve("digits.npz");
    Files.createFile(there);
    String text = "① [%s] The %s '%s' %s not found. Did you mean 'digits.npz'?";
    Marked weights =
        Marked.network("input = {1, 8, 8}, weights = ①\"nets/digist.npz\"", "@Conv Layer conv1;");
    assertThat(said(weights).get(0))
        .startsWith(text.formatted("ContainerNotFound", "weights", "nets/digist.npz", "were"));
    String absolute = there.resolveSibling("digit.npz").toString();
    assertThat(said(Marked.network("model = ①\"" + absolute + "\"", "")).get(0))
        .startsWith(text.formatted("ModelNotFound", "model", absolute, "was"));
    Marked labels =
        Marked.network("input = 3, labels = ①\"nets/Digits.npz.\"", "@Softmax Layer last;");
    assertThat(said(labels).get(0))
        .startsWith(text.formatted("LabelsNotFound", "labels", "nets/Digits.npz.", "were"));
  }

  @Test
  void fileOfAnotherFormat() throws IOException {
    Files.writeString(folder.resolve("w.bin"), "weights");
    check(
        Marked.network("input = {1, 8, 8}, weights = ①\"w.bin\"", "@Conv Layer conv1;"),
        "① [ContainerFormat] '%s' is no weight container that Sinter reads; it reads .safetensors,"
                .formatted(folder.resolve("w.bin"))
            + " .npz, .onnx, .pt, .pth, .h5, .hdf5, and folders of .npy files. Save the weights as"
            + " one of these, as with safetensors.torch.save_file in Python.");
  }

  // A model that is imported.

  /** A model with a batch normalization of four channels. */
  private static OnnxModel normalizing() {
    OnnxModel model = new OnnxModel("g", Shape.of(4, 8, 8));
    float[] ones = {1, 1, 1, 1};
    String one = model.constant("one", ones, 4);
    model.node("BatchNormalization", "bn1", "input", one, one, one, one);
    return model;
  }

  /** What is said of labels, at the name of their file. */
  private void checkLabels(byte[] labels, String field, String... expected) throws IOException {
    Files.write(folder.resolve("l.txt"), labels);
    check(Marked.network("input = 3, labels = ①\"l.txt\"", field), expected);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void labelsThatAreNowhere() throws IOException {
    Path file = folder.resolve("none.txt");
    check(
        Marked.network("input = 3, labels = ①\"" + file + "\"", "@Softmax Layer last;"),
        ("① [LabelsNotFound] The labels '%1$s' were not found. Put them into one of the places that"
                + " were tried, or name their folder with -Asinter.weights=FOLDER.\n"
                + "  Tried, in this order:\n    %1$s")
            .formatted(file));
  }

  @ParameterizedTest
  @CsvSource({"'', 0, s", "a, 1, ''", "'a\nb\nc\nd\n\n', 4, s"})
  void labelsOfAnotherNumber(String text, int count, String plural) throws IOException {
    checkLabels(
        utf8(text),
        "@Softmax Layer last;",
        "① [LabelCount] 'l.txt' has %d label%s, one a line; the output 'last' has the shape [3], so"
                .formatted(count, plural)
            + " 3 must be there.");
  }

  @Test
  void labelThatIsBlank() throws IOException {
    checkLabels(
        utf8("a\n \t\nc\n"),
        "@Softmax Layer last;",
        "① [BlankLabel] Line 2 of 'l.txt' is blank; every element of the output needs a label, so"
            + " write what stands for it.");
  }

  @Test
  void labelsThatAreTheSame() throws IOException {
    checkLabels(
        utf8("crane\nb\ncrane\n"),
        "@Softmax Layer last;",
        "① [SameLabels] 'l.txt' has labels more than once, which only their indices tell apart:"
            + " 'crane' at the lines 1, 3.");
  }

  @Test
  void labelsInAnotherEncoding() throws IOException {
    checkLabels(
        "caf\u00e9\nb\nc".getBytes(StandardCharsets.ISO_8859_1),
        "@Softmax Layer last;",
        "① [MalformedFile] l.txt cannot be read; at byte 3: it is no text in UTF-8; save it as"
            + " such.");
  }

  @Test
  void labelsThatAreAFolder() throws IOException {
    Files.createDirectory(folder.resolve("l"));
    check(
        Marked.network("input = 3, labels = ①\"l\"", "@Softmax Layer last;"),
        "① [MalformedFile] l cannot be read; at byte 0: it is a folder, not a file.");
  }

  private void model(OnnxModel model) throws IOException {
    Files.write(folder.resolve("m.onnx"), model.bytes());
  }

  /** The file with another first dimension of the input. */
  private void model(OnnxModel model, int axis, TensorShapeProto.Dimension dimension)
      throws IOException {
    ModelProto.Builder file = ModelProto.parseFrom(model.bytes()).toBuilder();
    file.getGraphBuilder()
        .getInputBuilder(0)
        .getTypeBuilder()
        .getTensorTypeBuilder()
        .getShapeBuilder()
        .setDim(axis, dimension);
    Files.write(folder.resolve("m.onnx"), file.build().toByteArray());
  }

  private static TensorShapeProto.Dimension open(String name) {
    return TensorShapeProto.Dimension.newBuilder().setDimParam(name).build();
  }

  @Test
  void modelThatIsNowhere() throws IOException {
    Path file = folder.resolve("none.onnx");
    check(
        Marked.network("model = ①\"" + file + "\"", ""),
        ("① [ModelNotFound] The model '%1$s' was not found. Put it into one of the places that were"
                + " tried, or name its folder with -Asinter.weights=FOLDER.\n"
                + "  Tried, in this order:\n    %1$s")
            .formatted(file));
  }

  @Test
  void modelThatIsCutShort() throws IOException {
    OnnxModel model = normalizing();
    model.output("bn1");
    Files.write(folder.resolve("m.onnx"), Arrays.copyOf(model.bytes(), 100));
    check(
        Marked.network(MODEL, ""),
        "① [MalformedFile] m.onnx cannot be read; at byte 5: the file is cut short, or no ONNX"
            + " model.");
  }

  @Test
  void modelWithUnknownOperators() throws IOException {
    OnnxModel model = new OnnxModel("g", Shape.of(4, 8, 8));
    model.node("Erf", "e1", "input");
    model.node("NonZero", "nonZero", "e1");
    model.node("Erf", "e2", "nonZero");
    model.node("Det", "notNeeded", "input");
    model.output("e2");
    model(model);
    check(
        Marked.network(MODEL, ""),
        "① [UnknownOperators] m.onnx has operators that Sinter does not know, each with its count:"
            + " Erf (2, first 'e1'), NonZero (1, first 'nonZero'). Export the model without them, or"
            + " only its part before them; or tell us which you need.");
  }

  @Test
  void modelInTrainingMode() throws IOException {
    OnnxModel model = new OnnxModel("g", Shape.of(4, 8, 8));
    String one = model.constant("one", new float[] {1, 1, 1, 1}, 4);
    model
        .node("BatchNormalization", "bn1", "input", one, one, one, one)
        .flag("training_mode", true);
    model.node("Relu", "r", "bn1");
    model.node("BatchNormalization", "bn2", "input", one, one, one, one).integer("spatial", 0);
    model.node("Add", "sum", "r", "bn2");
    model.output("sum");
    model(model);
    check(
        Marked.network(MODEL, ""),
        "① [ModelOperator] BatchNormalization 'bn1' in m.onnx is in training mode, in which it"
            + " depends on the whole batch; export the model for inference, as after model.eval().",
        "① [ModelOperator] BatchNormalization 'bn2' in m.onnx has spatial = 0, statistics for each"
            + " element; Sinter's have one for each channel.");
  }

  @Test
  void modelWithAnOpenInput() throws IOException {
    OnnxModel model = normalizing();
    model.output("bn1");
    model(model, 2, open("height"));
    check(
        Marked.network(MODEL, ""),
        "① [ModelInput] The input 'input' of m.onnx has the shape [1, 4, height, 8]; give the"
            + " extents that it leaves open, as in @Network(model = \"m.onnx\", input = {4, 224,"
            + " 8}).");
    check(
        Marked.network(MODEL.replace("①", "") + ", input = ①{4, 6, 7}", ""),
        "① [ModelInput] The input 'input' of m.onnx has the shape [1, 4, height, 8]; input must"
            + " give the same, not [4, 6, 7].");
    check(Marked.network(MODEL.replace("①", "") + ", input = {4, 6, 8}", ""));
  }

  /** As TensorFlow has them. */
  @Test
  void modelWithTheChannelsLast() throws IOException {
    OnnxModel model = new OnnxModel("g", Shape.of(6, 5, 4));
    model.node("Transpose", "first", "input").integers("perm", 0, 3, 1, 2);
    model.node("GlobalAveragePool", "mean", "first");
    model.output("mean");
    model(model, 1, open("height"));
    check(
        Marked.network(MODEL, ""),
        "① [ModelInput] The input 'input' of m.onnx has the shape [1, height, 5, 4]; give the"
            + " extents that it leaves open, as in @Network(model = \"m.onnx\", input = {224, 5,"
            + " 4}).");
    Marked network = Marked.network(MODEL + ", input = {6, 5, 4}", "");
    Compilation compilation = compile(network, List.of("-Asinter.weights=" + folder));
    noteProvoked(compilation);
    assertThat(network.said(compilation, Kind.NOTE).get(0))
        .isEqualTo(
            "① [ModelLayout] The input 'input' of m.onnx has its channels last, [6, 5, 4] without"
                + " the batch; here they are first, [4, 6, 5], as in every network of Sinter.");
  }

  @Test
  void modelOfABatch() throws IOException {
    OnnxModel model = normalizing();
    model.output("bn1");
    model(model, 0, TensorShapeProto.Dimension.newBuilder().setDimValue(16).build());
    check(
        Marked.network(MODEL, ""),
        "① [ModelInput] The input 'input' of m.onnx has the shape [16, 4, 8, 8]; its batch must be"
            + " 1: export it for one image.");
    model(model, 0, open("batch"));
    check(Marked.network(MODEL.replace("①", ""), ""));
  }

  @Test
  void modelWithoutOutputs() throws IOException {
    model(normalizing());
    check(
        Marked.network(MODEL, ""),
        "① [ModelGraph] m.onnx cannot be compiled: its graph 'g' has no outputs.");
  }

  @Test
  void fieldCalledModelBehindAModel() throws IOException {
    check(
        Marked.network("model = \"m.onnx\"", "@Softmax Layer ①model;"),
        "① [ReservedName] A layer cannot be called 'model': that is the name of the network's"
            + " model. Rename the field.");
  }

  @Test
  void truncatedFile() throws IOException {
    Path file = folder.resolve("w.safetensors");
    WEIGHTS.write(file);
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(whole, whole.length - 5));
    check(
        Marked.network(
            "input = {1, 8, 8}, weights = ①\"w.safetensors\"",
            "@Conv Layer conv1; @BatchNorm Layer bn1;"),
        "① [MalformedFile] w.safetensors cannot be read; at byte %d: 'fc.weight' ends at 248 of the"
                .formatted(whole.length - 5)
            + " data, which are 243 bytes.");
  }

  @Test
  void misspeltTensor() throws IOException {
    new TestWeights().tensor("conv_1.weight", 4, 1, 3, 3).write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "①@Conv Layer conv1;"),
        "① [MissingTensor] 'conv1' needs the tensor 'conv1.weight', which w.safetensors does not"
            + " have. Did you mean 'conv_1.weight'?");
  }

  @Test
  void tensorUnderALongerPrefix() throws IOException {
    new TestWeights()
        .tensor("backbone.module.conv1.weight", 4, 1, 3, 3)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "①@Conv Layer conv1;"),
        "① [MissingTensor] 'conv1' needs the tensor 'conv1.weight', which w.safetensors does not"
            + " have. Did you mean 'backbone.module.conv1.weight'?");
  }

  @Test
  void tensorUnlikeAnyInTheFile() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    new TestWeights().write(folder.resolve("none.safetensors"));
    new TestWeights()
        .tensor("a.b", 1)
        .tensor("net.0.projection.weight", 1)
        .tensor("net.1.projection.weight", 1)
        .tensor("net.1.p.weight", 1)
        .tensor("net.2.p.weight", 1)
        .write(folder.resolve("net.safetensors"));
    check(
        Marked.network(
            ARGUMENTS,
            """
            @Conv(weights = ①"block.7") Layer conv1;
            @Conv(weights = ②"none.safetensors#conv1", from = "input") Layer conv2;
            @Conv(weights = ③"net.safetensors#net.0.q", from = "input") Layer conv3;
            @Conv(weights = ④"net.safetensors#net.1.q", from = "input") Layer conv4;
            @Conv(weights = ⑤"net.safetensors#net.2.q", from = "input") Layer conv5;
            """),
        "① [MissingTensor] 'conv1' needs the tensor 'block.7.weight', which w.safetensors does not"
            + " have. No layer uses conv1.weight [4, 1, 3, 3], which would fit: did you mean"
            + " @Conv(weights = \"conv1\")?",
        "② [MissingTensor] 'conv2' needs the tensor 'conv1.weight', which none.safetensors does not"
            + " have. It has no tensors.",
        "③ [MissingTensor] 'conv3' needs the tensor 'net.0.q.weight', which net.safetensors"
            + " does not have. Did you mean 'net.1.p.weight'? Under 'net.0' it has"
            + " net.0.projection.weight.",
        "④ [MissingTensor] 'conv4' needs the tensor 'net.1.q.weight', which net.safetensors"
            + " does not have. Did you mean 'net.1.p.weight'? Under 'net.1' it has net.1.p.weight,"
            + " net.1.projection.weight.",
        "⑤ [MissingTensor] 'conv5' needs the tensor 'net.2.q.weight', which net.safetensors"
            + " does not have. Did you mean 'net.2.p.weight'?");
  }

  @Test
  void tensorsThatNoOtherLayerUses() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    new TestWeights()
        .tensor("b.proj.weight", 4, 2, 3, 3)
        .tensor("b.stem.weight", 1, 3, 1, 1)
        .tensor("head.weight", 3, 1, 3, 3)
        .tensor("last.weight", 3, 1, 1, 1)
        .norm("norm", 1)
        .tensor("slopes.weight", 1)
        .write(folder.resolve("n.safetensors"));
    check(
        Marked.network(
                ARGUMENTS,
                """
                @Conv Layer conv1;
                ④@BatchNorm Layer b;
                @GlobalAvgPool(from = "conv1") Layer pool;
                @Flatten Layer flat;
                ①@Linear Layer linear;
                @Conv(weights = ②"n.safetensors#zzz", from = "input") Layer conv2;
                @Block(weights = "n.safetensors#b", from = "input") B block;
                @PRelu(weights = ⑤"n.safetensors#zzz", from = "input") Layer relu;
                @BatchNorm(weights = ⑥"n.safetensors#statistics.of.it", from = "input") Layer norm;
                """)
            .and(
                "p.B",
                "package p; import dev.sinter.*; @Block class B {"
                    + " ③@ConvTranspose Layer transposing; }"),
        "④ [MissingTensor] 'b' needs the tensor 'b.running_mean', which w.safetensors does not have."
            + " Did you mean 'bn1.running_mean'?",
        "① [MissingTensor] 'linear' needs the tensor 'linear.weight', which w.safetensors does not"
            + " have. No layer uses fc.weight [2, 4], which would fit: did you mean"
            + " @Linear(weights = \"fc\")?",
        "② [MissingTensor] 'conv2' needs the tensor 'zzz.weight', which n.safetensors does not"
            + " have. No layer uses head.weight [3, 1, 3, 3], last.weight [3, 1, 1, 1], which would"
            + " fit: did you mean @Conv(weights = \"n.safetensors#head\")?",
        "③ [MissingTensor] 'block.transposing' needs the tensor 'b.transposing.weight', which"
            + " n.safetensors does not have. No layer uses b.stem.weight [1, 3, 1, 1], which would"
            + " fit: did you mean @ConvTranspose(weights = \"stem\")?",
        "⑤ [MissingTensor] 'relu' needs the tensor 'zzz.weight', which n.safetensors does not have."
            + " No layer uses norm.weight [1], slopes.weight [1], which would fit: did you mean"
            + " @PRelu(weights = \"n.safetensors#norm\")?",
        "⑥ [MissingTensor] 'norm' needs the tensor 'statistics.of.it.running_mean', which"
            + " n.safetensors does not have. No layer uses norm.running_mean [1], which would fit:"
            + " did you mean @BatchNorm(weights = \"n.safetensors#norm\")?");
  }

  @Test
  void tensorNamedByAnotherConvention() throws IOException {
    new TestWeights()
        .norm("bn1", 1)
        .tensor("bn2.gamma", 1)
        .tensor("bn2.running_mean", 1)
        .with("bn2.running_var", 1)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "@BatchNorm Layer bn1; ①@BatchNorm Layer bn2;"),
        "① [AmbiguousConvention] 'bn2.gamma' in w.safetensors is ambiguous: it is a name of MXNET,"
            + " and the convention of the network, PYTORCH, has no such tensor. Write"
            + " @Network(convention = MXNET), or remove or rename the tensor.");
  }

  @Test
  void elementsOfFlattenedMapsThatWouldBeOthers() throws IOException {
    check(
        Marked.network(
            "input = {2, 6}, convention = Network.Convention.KERAS",
            """
            @Flatten Layer flat;
            @Input({3, 4}) Layer other;
            @Flatten Layer flat2;
            ①@Add({"flat", "flat2"}) Layer sum;
            """),
        "① [FlattenOrder] 'sum' takes elements by their place in a flattened map, and KERAS, the"
            + " network's convention, flattens in another order, [H, W, C]: there they are"
            + " others. Let it read the maps, before @Flatten.");
  }

  @Test
  void batchNormWithoutStatistics() throws IOException {
    new TestWeights()
        .tensor("bn1.weight", 1)
        .tensor("bn1.bias", 1)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "①@BatchNorm Layer bn1;"),
        "① [MissingTensor] 'bn1' needs the tensor 'bn1.running_mean', which w.safetensors does not"
            + " have. Under this prefix it has bn1.bias, bn1.weight. With track_running_stats=False"
            + " PyTorch keeps no statistics: the layer then depends on the whole batch and cannot"
            + " be compiled.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "4 3 3 3; the input of 'conv1' has 8 channels, so its dimension 1 must be 8 (or a divisor"
            + " of it, for a grouped convolution).",
        "4 16 3 3; the input of 'conv1' has 8 channels, so its dimension 1 must be 8 (or a divisor"
            + " of it, for a grouped convolution).",
        "6 2 3 3; the input of 'conv1' has 8 channels, so its dimension 1 must be 8, or, for a"
            + " convolution in 4 groups of 2, its dimension 0 a multiple of 4.",
        "4 8 3; the input of 'conv1' is [8, 5, 5], so it must be [out, in/groups, height, width].",
        "4 0 3 3; the input of 'conv1' is [8, 5, 5], so it must be [out, in/groups, height,"
            + " width].",
      })
  void weightOfAConvolution(String shape, String reason) throws IOException {
    int[] extents = Arrays.stream(shape.split(" ")).mapToInt(Integer::parseInt).toArray();
    new TestWeights().tensor("conv1.weight", extents).write(folder.resolve("w.safetensors"));
    check(
        Marked.network("input = {8, 5, 5}, weights = \"w.safetensors\"", "①@Conv Layer conv1;"),
        "① [WeightShape] 'conv1.weight' in w.safetensors has shape %s; %s"
            .formatted(Arrays.toString(extents), reason));
  }

  @Test
  void weightForMoreChannelsThanTheImageHas() throws IOException {
    new TestWeights().tensor("stem.weight", 16, 3, 5, 5).write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "@Conv(padding = 1, weights = ①\"stem\") Layer conv1;"),
        "① [WeightShape] 'stem.weight' in w.safetensors has shape [16, 3, 5, 5]; the input of"
            + " 'conv1' has 1 channel, so its dimension 1 must be 1.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "8, 6, 3; 4 3 3 3; dimension 1 must be 8 (or a divisor of it, for a grouped convolution)."
            + " Inputs are [C, H, W]: did you mean {3, 8, 6}?",
        "28, 28, 1; 6 1 3 3; dimension 1 must be 28, or, for a convolution in 28 groups of 1, its"
            + " dimension 0 a multiple of 28. Inputs are [C, H, W]: did you mean {1, 28, 28}?",
        "8, 3, 6; 4 3 3 3; dimension 1 must be 8 (or a divisor of it, for a grouped convolution).",
      })
  void imageWithItsChannelsLast(String input, String weight, String text) throws IOException {
    int[] extents = Arrays.stream(weight.split(" ")).mapToInt(Integer::parseInt).toArray();
    new TestWeights().tensor("conv1.weight", extents).write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            "input = {" + input + "}, weights = \"w.safetensors\"", "①@Conv Layer conv1;"),
        "① [WeightShape] 'conv1.weight' in w.safetensors has shape %s; the input of 'conv1' has %s"
                .formatted(Arrays.toString(extents), input.split(",")[0])
            + " channels, so its "
            + text);
  }

  @Test
  void parametersOfTheWrongLength() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 4, 1, 3, 3)
        .tensor("conv1.bias", 3)
        .norm("bn1", 3)
        .tensor("fc.weight", 5, 3)
        .tensor("slopes.weight", 1, 1)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            ARGUMENTS,
            """
            ①@Conv Layer conv1;
            ②@BatchNorm(from = "input") Layer bn1;
            @Flatten(from = "input") Layer flat;
            ③@Linear Layer fc;
            ④@PRelu(from = "input") Layer slopes;
            """),
        "① [WeightShape] 'conv1.bias' in w.safetensors has shape [3]; 'conv1.weight' has 4 output"
            + " channels, so it must be [4].",
        "② [WeightShape] 'bn1.weight' in w.safetensors has shape [3]; the input of 'bn1' has 1"
            + " channel, so it must be [1].",
        "③ [WeightShape] 'fc.weight' in w.safetensors has shape [5, 3]; the input of 'fc' has 64"
            + " features, so it must be [out, 64].",
        "④ [WeightShape] 'slopes.weight' in w.safetensors has shape [1, 1]; the input of 'slopes'"
            + " has 1 channel, so it must be [1], or [1] for one slope in all.");
  }

  @ParameterizedTest
  @CsvSource({"NaN", "Infinity", "-Infinity"})
  void weightThatIsNotFinite(float value) throws IOException {
    float[] weights = new float[4 * 3 * 3];
    weights[2 * 9 + 1 * 3 + 2] = value;
    new TestWeights()
        .with("conv1.weight", Shape.of(4, 1, 3, 3), weights)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "①@Conv Layer conv1;"),
        "① [NotFinite] 'conv1.weight' in w.safetensors has the value %s at [2, 0, 1, 2]; every"
                .formatted(value)
            + " parameter must be finite.");
  }

  @Test
  void varianceWithoutRoot() throws IOException {
    new TestWeights()
        .norm("bn1", 3)
        .with("bn1.running_var", 1, -0.5f, 1)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network("input = 3, weights = \"w.safetensors\"", "①@BatchNorm Layer bn1;"),
        "① [Variance] 'bn1.running_var' in w.safetensors is -0.5 at channel 1, so σ² + ε (ε ="
            + " 1.0E-5) is not positive and has no root. Check that this tensor holds the layer's"
            + " variances, or give a larger eps.");
  }

  @Test
  void varianceOfZeroWithoutEpsilon() throws IOException {
    new TestWeights()
        .norm("bn1", 1)
        .with("bn1.running_var", 0)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network("input = 1, weights = \"w.safetensors\"", "①@BatchNorm(eps = 0) Layer bn1;"),
        "① [Variance] 'bn1.running_var' in w.safetensors is 0.0 at channel 0, so σ² + ε (ε = 0.0)"
            + " is not positive and has no root. Check that this tensor holds the layer's"
            + " variances, or give a larger eps.");
  }

  @Test
  void suspectVariances() throws IOException {
    new TestWeights()
        .norm("bn1", 8)
        .with("bn1.running_var", 0, -0.25f, 0, 0, 0, 0, 0, 0)
        .norm("bn2", 8)
        .with("bn2.running_var", 1, 1, 1, 1, 1, 1, 1, 0)
        .write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            "input = 8, weights = \"w.safetensors\"",
            "①@BatchNorm(eps = 1) Layer bn1; ②@BatchNorm Layer bn2;"),
        "① [NegativeVariance] 'bn1.running_var' in w.safetensors is -0.25 at channel 1: a variance"
            + " cannot be negative. It is used as stored, since σ² + ε is positive.",
        "① [ZeroVariance] 'bn1.running_var' in w.safetensors is 0 at channels 0, 2, 3, 4, 5 and 2"
            + " more, so the scale there is γ/√ε. Did the channel ever vary in training?",
        "② [ZeroVariance] 'bn2.running_var' in w.safetensors is 0 at channel 7, so the scale there"
            + " is γ/√ε. Did the channel ever vary in training?");
  }

  @ParameterizedTest
  @CsvSource({"all, conv1 + bn1, ①, ''", "none, bn1, '', ①"})
  void foldedConstantThatFitsNoFloat(String fold, String fields, String atConv, String atNorm)
      throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 2, 1, 1, 1)
        .with("bn1.weight", 1, 1e38f)
        .with("bn1.running_mean", 0, 0)
        .with("bn1.running_var", 1, 1e-30f)
        .write(folder.resolve("w.safetensors"));
    Marked network =
        Marked.network(
            ARGUMENTS, atConv + "@Conv Layer conv1; " + atNorm + "@BatchNorm(eps = 0) Layer bn1;");
    Compilation compilation =
        compile(network, List.of("-Asinter.weights=" + folder, "-Asinter.fold=" + fold));
    List<String> said = said(network, compilation);
    assertThat(said).hasSize(1);
    assertThat(said.get(0).replaceFirst("-?[0-9.]+E52", "…"))
        .isEqualTo(
            "① [Overflow] '%s' would have a constant that does not fit a float: … in channel 1."
                    .formatted(fields)
                + " Check its parameters, and the statistics of a batch normalization: a tiny"
                + " variance makes a huge scale.");
  }

  @Test
  void tensorsThatNoLayerUses() throws IOException {
    TestWeights stem = new TestWeights().tensor("conv.weight", 1, 1, 1, 1).tensor("odd.weight", 1);
    stem.write(folder.resolve("stem.safetensors"));
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            "input = {1, 8, 8}, weights = ②\"w.safetensors\"",
            "@Conv(weights = ①\"stem.safetensors#conv\") Layer stem; @Conv Layer conv1;"),
        "① [UnusedTensors] stem.safetensors has a tensor that no layer uses: odd.weight.",
        "② [UnusedTensors] w.safetensors has 6 tensors that no layer uses: bn1.bias,"
            + " bn1.running_mean, bn1.running_var, bn1.weight, fc.bias and 1 more. bn1 has no layer:"
            + " a forgotten @BatchNorm gives wrong results.");
  }

  @Test
  void layerAndInputsThatNothingReads() throws IOException {
    check(
        Marked.network(
            "input = ③4",
            """
            @Input(3) Layer ①mask;
            @Input(5) Layer image;
            @Softmax Layer ②side;
            @Output @Identity(from = "image") Layer given;
            @Softmax(from = "image") Layer last;
            """),
        "① [UnusedInput] Nothing reads the input 'mask'; it stays an input, of no influence. Remove"
            + " it, or name it in a layer that should read it.",
        "② [UnusedLayer] Nothing reads 'side', and it is no output, so it is left out. Add @Output"
            + " if it is one.",
        "③ [UnusedInput] Nothing reads the input 'input'; it stays an input, of no influence."
            + " Remove it, or name it in a layer that should read it.");
  }

  // Folding, and what comes of it.

  @Test
  void batchNormThatStaysAndTheSummary() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    Marked network =
        Marked.network(
            ARGUMENTS, "@Conv Layer conv1; @Activation(RELU) Layer relu; ①@BatchNorm Layer bn1;");
    Compilation compilation = compile(network, List.of("-Asinter.weights=" + folder));
    List<String> notes = network.said(compilation, Kind.NOTE);
    noteProvoked(compilation);
    assertThat(notes.get(0))
        .isEqualTo(
            "① [BatchNormStays] 'bn1' is not folded: the activation 'relu' stands between 'conv1'"
                + " and it.");
    assertThat(notes).hasSize(2);
    assertThat(notes.get(1)).contains("[Sinter] X: 0 of 1 BatchNorm folded, max error ");
  }

  @Test
  void foldThatIsWrong() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 4, 1, 3, 3)
        .norm("bn1", 4)
        .write(folder.resolve("w.safetensors"));
    Marked network = Marked.network(ARGUMENTS, "①@Conv Layer conv1; @BatchNorm Layer bn1;");
    List<String> said = said(network, compile(network, new NormForgotten()));
    assertThat(said).hasSize(1);
    assertThat(said.get(0).replaceFirst("\\d\\.\\de[+-]\\d\\d of", "… of"))
        .isEqualTo(
            "① [Certificate] Fold forgetful of conv1 + bn1 failed its check: the error is … of"
                + " Σ|w·x|, the bound 6.4e-15. Nothing was generated. This is a defect of Sinter:"
                + " please report it with this message.");
  }

  @Test
  void foldThatThrows() throws IOException {
    Marked network =
        Marked.source(
            "p.X",
            "package p; @dev.sinter.Network(input = 4) ①class X { @dev.sinter.Softmax"
                + " dev.sinter.Layer last; }");
    List<String> said =
        said(network, compile(network, new Throwing(new IllegalStateException("no"))));
    assertThat(said).hasSize(1);
    List<String> lines = said.get(0).lines().toList();
    assertThat(lines.subList(0, 2))
        .containsExactly(
            "① [Internal] Sinter failed on 'p.X'. This is a defect of Sinter: please report it with"
                + " this trace.",
            "  java.lang.IllegalStateException: no")
        .inOrder();
    assertThat(lines.get(2)).contains("DiagnosticsTest.foldThatThrows(");
  }

  @Test
  void memoryThatIsUsedUp() throws IOException {
    Marked network =
        Marked.source(
            "p.X",
            "package p; @dev.sinter.Network(input = 4) ①class X { @dev.sinter.Softmax"
                + " dev.sinter.Layer last; }");
    assertThat(said(network, compile(network, new Throwing(new OutOfMemoryError()))))
        .containsExactly(
            "① [OutOfMemory] The compiler ran out of memory at 'p.X'. Give it more, as with"
                + " -J-Xmx4g for javac or MAVEN_OPTS=-Xmx4g for Maven.");
  }

  @Test
  void networkLargerThanAnArray() throws IOException {
    new TestWeights().tensor("conv1.weight", 1, 1, 1, 1).write(folder.resolve("w.safetensors"));
    check(
        Marked.source(
            "p.X",
            """
            package p;
            import dev.sinter.*;
            @Network(input = {1, 8, 8}, weights = "w.safetensors") ①class X {
              @Conv(padding = 20000) Layer conv1;
              @AvgPool(kernel = 1) Layer pool1;
            }
            """),
        "① [TooLarge] 'X' needs 3,201,280,128 floats of working memory; an array holds"
            + " 2,147,483,647.");
  }

  @Test
  void wiringLargerThanAMethod() throws IOException {
    String inputs =
        IntStream.range(0, 51)
            .mapToObj(i -> "@Output @Input(1) Layer in%d;".formatted(i))
            .collect(joining(" "));
    String names = IntStream.range(0, 301).mapToObj(i -> "\"input\"").collect(joining(", "));
    check(
        Marked.source(
                "p.X",
                Networks.text("", inputs).replace("class X", "①class X").replace("public ", ""))
            .and(
                "p.Y",
                Networks.text("input = 1", "@Add({" + names + "}) Layer sum;")
                    .replace("public class X", "②class Y")),
        "① [TooLarge] 'X' has 102 inputs and outputs; a network may have 100.",
        "② [TooLarge] 'Y' has a layer that reads 301 values; one may read 300, so let several"
            + " layers share the work.");
  }

  @Test
  void valueLargerThanAnArray() throws IOException {
    new TestWeights().tensor("conv1.weight", 1, 1, 1, 1).write(folder.resolve("w.safetensors"));
    check(
        Marked.network(ARGUMENTS, "①@Conv(padding = 40000) Layer conv1; @Flatten Layer flat;"),
        "① [LayerShape] 'conv1' gives [1, 80008, 80008], more elements than an array holds.");
  }

  // How weights are stored.

  @Test
  void twoStoragesForOneLayer() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            ARGUMENTS,
            "@Conv(storage = ①{Storage.FLOAT16, Storage.INT8}) Layer conv1; @BatchNorm Layer bn1;"
                + " @GlobalAvgPool Layer pool; @Flatten Layer flat; @Linear Layer fc;"),
        "① [BadValue] storage of 'conv1' is {FLOAT16, INT8}; it must be one of FLOAT32, FLOAT16 and"
            + " INT8, or left out, for what the network says.");
  }

  @Test
  void weightThatHalvesDoNotHold() throws IOException {
    new TestWeights()
        .with("fc.weight", Shape.of(3, 2), 1, -65519, 2, 3, 4, 65520)
        .write(folder.resolve("w.safetensors"));
    String arguments = "input = 2, weights = \"w.safetensors\", storage = Storage.";
    check(
        Marked.network(arguments + "FLOAT16", "①@Linear Layer fc;"),
        "① [StorageOverflow] 'fc' cannot be stored as FLOAT16: a weight of its output channel 2 is"
            + " 65520.0, which halves, which end at 65504, do not hold. Keep the layer as it is:"
            + " storage = Storage.FLOAT32.");
    check(Marked.network(arguments + "INT8", "@Linear Layer fc;"));
    check(Marked.network(arguments + "FLOAT16", "@Linear(storage = Storage.FLOAT32) Layer fc;"));
  }

  @Test
  void quantizationThatChangesTooMuch() throws IOException {
    // No scale has both for a whole number of steps; the second layer is exact.
    new TestWeights()
        .with("fc.weight", Shape.of(1, 2), 127, 1.5f)
        .with("next.weight", Shape.of(2, 1), 1, 1)
        .write(folder.resolve("w.safetensors"));
    Marked network =
        Marked.network(
            "input = 2, weights = \"w.safetensors\", storage = Storage①.INT8",
            "@Linear Layer fc; @Activation(RELU) Layer relu; @Linear Layer next;");
    List<String> said =
        said(
            network,
            compile(
                network,
                List.of("-Asinter.weights=" + folder, "-Asinter.maxQuantizationError=1e-6")));
    assertThat(said).hasSize(1);
    assertThat(
            said.get(0)
                .replaceFirst("by [0-9.]+e-0[0-9]", "by …")
                .replaceFirst("[0-9.]+ dB", "… dB"))
        .isEqualTo(
            "① [QuantizationError] The outputs of 'X' change by … of the largest, because of how"
                + " its weights are stored; -Asinter.maxQuantizationError=1.0E-6 allows less. The"
                + " layers that lose the most: 'fc' (INT8, … dB). storage ="
                + " Storage.FLOAT32 keeps a layer as it is.");
  }

  @Test
  void imagesThatFitNoNetwork() throws IOException {
    new TestWeights().tensor("fc.weight", 3, 2).write(folder.resolve("w.safetensors"));
    Path images = folder.resolve("images");
    new TestWeights()
        .tensor("shape", 5, 3)
        .tensor("none", 0, 2)
        .with("value", Shape.of(1, 2), 1, Float.NaN)
        .tensor("right", 4, 2)
        .write(images);
    Files.writeString(images.resolve("text.npy"), "text");
    String arguments = "input = 2, weights = \"w.safetensors\", storage = Storage.FLOAT16";
    Marked network = Marked.network(arguments, "@Linear Layer fc;");
    String expected = "; the input of 'X' is [2], so it must be [N, 2].";
    checkImages(network, images, "shape.npy", "has shape [5, 3]" + expected);
    checkImages(network, images, "none.npy", "has shape [0, 2]" + expected);
    checkImages(network, images, "value.npy", "has the value NaN in image 0.");
    checkImages(
        network,
        images,
        "text.npy",
        "cannot be read; at byte 0: a .npy file begins with '\\x93NUMPY', this one does not.");
    checkImages(
        network,
        images,
        "lost.npy",
        "cannot be read: java.nio.file.NoSuchFileException: " + images.resolve("lost.npy") + ".");
    checkImages(
        Marked.network(
            arguments,
            "@Input(2) Layer other; @Add({\"input\", \"other\"}) Layer sum; @Linear Layer fc;"),
        images,
        "right.npy",
        "is for networks of one input; 'X' has 2.");
  }

  private void checkImages(Marked network, Path images, String file, String expected) {
    Path path = images.resolve(file);
    check(
        network,
        compile(network, List.of("-Asinter.weights=" + folder, "-Asinter.calibration=" + path)),
        "[Calibration] " + path + ", given as -Asinter.calibration, " + expected);
  }

  // The build.

  @Test
  void wrongOptionsAreSaidOnceForAllNetworks() throws IOException {
    Marked networks =
        Marked.network("input = 4", "@Softmax Layer last;")
            .and("p.Y", Networks.text("input = 4", "@Softmax Layer last;").replace(" X ", " Y "));
    check(
        networks,
        compile(
            networks,
            List.of(
                "-Asinter.wieghts=w",
                "-Asinter.fold=off",
                "-Asinter.weights=a\0b",
                "-Asinter.report.format=pdf",
                "-Asinter.calibration=a\0b",
                "-Asinter.maxQuantizationError=1%",
                "-Aother=1")),
        "[UnknownOption] There is no option -Asinter.wieghts. Did you mean 'sinter.weights'? The"
            + " options are sinter.calibration, sinter.fold, sinter.maxQuantizationError,"
            + " sinter.report, sinter.report.format, sinter.selftest, sinter.weights.",
        "[BadOption] -Asinter.fold is 'off'; it must be all or none.",
        "[BadOption] -Asinter.report.format is 'pdf'; it must be given together with"
            + " -Asinter.report=FOLDER, as html, json or html,json.",
        "[BadOption] -Asinter.weights is 'a\0b'; it must be folders, with '%s' between them."
            .formatted(File.pathSeparator),
        "[BadOption] -Asinter.calibration is 'a\0b'; it must be a file or a folder.",
        "[BadOption] -Asinter.maxQuantizationError is '1%'; it must be a number of at least 0, as"
            + " 0.01.");
    check(
        networks,
        compile(
            networks,
            List.of("-Asinter.report=" + folder, "-Asinter.report.format=pdf", "-Aother=1")),
        "[BadOption] -Asinter.report.format is 'pdf'; it must be html, json or html,json.");
  }

  @Test
  void classThatIsAlreadyThere() throws IOException {
    check(
        Marked.source(
                "p.X",
                "package p; @dev.sinter.Network(input = 4) ①class X { @dev.sinter.Softmax"
                    + " dev.sinter.Layer last; }")
            .and("p.SinteredX", "package p; class SinteredX {}"),
        "① [CannotWrite] SinteredX, generated for 'p.X', could not be written: Attempt to recreate"
            + " a file for type p.SinteredX. If you wrote one of this name, rename it; if it is"
            + " left from an older build, delete it; else check that its folder can be written.");
  }

  // All together.

  @Test
  void everyMistakeOfANetworkIsSaidAtOnce() throws IOException {
    WEIGHTS.write(folder.resolve("w.safetensors"));
    check(
        Marked.network(
            ARGUMENTS,
            """
            @Conv(padding = ②-1) Layer conv1;
            @BatchNorm Layer bn1;
            @MaxPool(kernel = ③{}, from = "input") Layer pool;
            @Flatten(from = ④"inptu") Layer flat;
            @Linear Layer fc;
            ①Layer nothing;
            ⑤@Linear(from = "input") Layer map;
            """
                .replace("①Layer nothing", "Layer ①nothing")),
        "① [NoAnnotation] 'nothing' has no layer annotation, so nothing says what kind of layer it"
            + " is: add one, as in '@Conv Layer nothing;'.",
        "② [BadValue] padding of 'conv1' is {-1}; it must be {p}, {height, width} or {top, left,"
            + " bottom, right}, none negative.",
        "③ [BadValue] kernel of 'pool' is {}; it must be {n} or {height, width}, each at least 1.",
        "④ [UnknownLayer] 'flat' reads 'inptu', and no field before it has that name. Did you mean"
            + " 'input'? A layer reads fields above it, or \"input\", the network's own.",
        "⑤ [LayerShape] 'map' needs a vector [C]; the input is [1, 8, 8]. Put @Flatten before it.");
  }

  @Test
  void brokenNetworkWritesNothingAndDoesNotStopAnother() throws IOException {
    Marked networks =
        Marked.network("input = 4", "@Softmax Layer last;")
            .and("p.Y", Networks.text("input = 4", "@Conv Layer conv;").replace(" X ", " Y "))
            .and("p.Z", Networks.text("input = 4", "@Flatten Layer flat;").replace(" X ", " Z "));
    assertThat(said(networks, compile(networks, List.of()))).hasSize(1);
    Path output = Files.createDirectory(folder.resolve("output"));
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = javac.getStandardFileManager(null, null, null)) {
      files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(output));
      CompilationTask task =
          javac.getTask(
              Writer.nullWriter(), files, d -> {}, null, null, List.of(networks.sources()));
      task.setProcessors(List.of(new SinterProcessor()));
      assertThat(task.call()).isFalse();
    }
    try (Stream<Path> written = Files.walk(output).filter(Files::isRegularFile)) {
      assertThat(written.map(file -> file.getFileName().toString()))
          .containsExactly("SinteredX.java", "SinteredX_Last.java", "SinteredZ.java");
    }
  }

  // The command line.

  @Test
  void commandLine() throws IOException {
    OnnxModel model = new OnnxModel("m", Shape.of(4));
    model.node("Exp", "exp", "input");
    model.output("exp");
    Path file = Files.write(folder.resolve("m.onnx"), model.bytes());
    Path there = Files.createFile(folder.resolve("m.safetensors"));
    Path absent = folder.resolve("n.onnx");
    said(
        Problem.NO_SUCH_FILE,
        Ran.of("fold", absent),
        "error: [NoSuchFile] There is no file '" + absent + "'. Did you mean 'm.onnx'?\n");
    said(
        Problem.FILE_EXISTS,
        Ran.of("scaffold", file, "--output", folder),
        "error: [FileExists] '"
            + there
            + "' is there already, and nothing was written. --force writes over it.\n");
    said(
        Problem.NOT_DECLARABLE,
        Ran.of("scaffold", file, "--output", folder, "--force"),
        "error: [NotDeclarable] m.onnx has layers that no annotation declares, each with its"
            + " count: EXP (1, first 'exp'). @Network(model = \"m.onnx\") compiles the model"
            + " nevertheless.\n");
  }

  private static void said(Problem problem, Ran ran, String expected) {
    PROVOKED.add(problem);
    assertThat(ran).isEqualTo(new Ran(1, "", expected));
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void everyProblemIsProvoked() {
    assertThat(PROVOKED).containsExactlyElementsIn(Problem.values());
  }

  // The harness.

  /** Compiles with the weights in {@link #folder}, and expects these messages and no others. */
  private void check(Marked source, String... expected) {
    check(source, compile(source, List.of("-Asinter.weights=" + folder)), expected);
  }

  private static void check(Marked source, Compilation compilation, String... expected) {
    assertThat(said(source, compilation)).containsExactlyElementsIn(expected).inOrder();
  }

  private List<String> said(Marked source) {
    return said(source, compile(source, List.of("-Asinter.weights=" + folder)));
  }

  /** Errors and warnings; only errors stop the build. */
  private static List<String> said(Marked source, Compilation compilation) {
    noteProvoked(compilation);
    List<String> errors = source.said(compilation, Kind.ERROR);
    assertWithMessage("status for %s", compilation.diagnostics())
        .that(compilation.status() == Compilation.Status.FAILURE)
        .isEqualTo(!errors.isEmpty());
    List<String> said = new ArrayList<>(errors);
    said.addAll(source.said(compilation, Kind.WARNING, Kind.MANDATORY_WARNING));
    return said;
  }

  private static void noteProvoked(Compilation compilation) {
    compilation.diagnostics().stream()
        .flatMap(d -> Marked.problem(d).stream())
        .forEach(PROVOKED::add);
  }

  private static Compilation compile(Marked source, List<String> options) {
    return javac()
        .withProcessors(new SinterProcessor())
        .withOptions(options)
        .compile(source.sources());
  }

  private Compilation compile(Marked source, Fold fold) {
    return javac()
        .withProcessors(new SinterProcessor(List.of(fold)))
        .withOptions("-Asinter.weights=" + folder)
        .compile(source.sources());
  }

  /** Leaves out batch normalizations behind convolutions. */
  private static final class NormForgotten implements Fold {
    @Override
    public String name() {
      return "forgetful";
    }

    @Override
    public Optional<Rewrite> at(Graph graph, Node node) {
      if (!(node.op() instanceof Op.BatchNorm)) {
        return Optional.empty();
      }
      Node conv = graph.producer(node);
      List<String> fields = List.of(conv.name(), node.name());
      Graph after = graph.edit().replace(node.id(), fields, conv.op(), conv.inputs()).build();
      return Optional.of(
          new Rewrite(name(), fields, graph, node.id(), after, node.id(), conv.inputs()));
    }
  }

  private record Throwing(Throwable defect) implements Fold {
    @Override
    public String name() {
      return "throwing";
    }

    @Override
    public Optional<Rewrite> at(Graph graph, Node node) {
      if (defect instanceof Error error) {
        throw error;
      }
      throw (RuntimeException) defect;
    }
  }
}
