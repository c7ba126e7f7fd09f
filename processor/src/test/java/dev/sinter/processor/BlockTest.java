package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks: what they mean, and what is wrong with them. */
class BlockTest {
  @TempDir Path weights;

  private static final String RESIDUAL =
      """
      package p;
      import static dev.sinter.Activation.Function.*;
      import dev.sinter.*;
      @Block
      class Residual {
        @Conv(padding = 1) Layer conv;
        @BatchNorm @Output Layer bn;
        @Add({"bn", "input"}) Layer sum;
        @Activation(RELU) Layer relu;
      }
      """;

  private static final String STAGE =
      """
      package p;
      import dev.sinter.*;
      @Block
      class Stage {
        @Block(weights = "0") Residual first;
        @Block(weights = "1") Residual second;
      }
      """;

  @BeforeEach
  void writeWeights() throws IOException {
    Random random = new Random(5);
    SafetensorsWriter writer = new SafetensorsWriter();
    for (String prefix : List.of("layer1.0", "layer1.1", "layer2.0", "layer2.1")) {
      writer.add(prefix + ".conv.weight", values(random, 81), 3, 3, 3, 3);
      for (String name : List.of("weight", "bias", "running_mean", "running_var")) {
        writer.add(prefix + ".bn." + name, values(random, 3), 3);
      }
    }
    writer.write(weights.resolve("w.safetensors"));
  }

  private static float[] values(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = 0.1f + random.nextFloat();
    }
    return values;
  }

  private Compilation compile(String fields, String... blocks) {
    List<JavaFileObject> sources = new ArrayList<>();
    sources.add(Networks.network("input = {3, 5, 5}, weights = \"w.safetensors\"", fields));
    for (String block : blocks) {
      String name = block.replaceAll("(?s).*class (\\w+).*", "$1");
      sources.add(Networks.source("p." + name, block));
    }
    return Networks.compile(weights, List.of(), sources.toArray(new JavaFileObject[0]));
  }

  private static float[] run(Compilation compilation) {
    Model model = Networks.load(compilation, "p.SinteredX");
    return model.run(values(new Random(7), 75));
  }

  private static String flat(String name, String prefix, String before) {
    return """
    @Conv(padding = 1, weights = "%2$s.conv", from = "%3$s") Layer %1$s_conv;
    @BatchNorm(weights = "%2$s.bn") Layer %1$s_bn;
    @Add({"%1$s_bn", "%3$s"}) Layer %1$s_sum;
    @Activation(RELU) Layer %1$s;
    """
        .formatted(name, prefix, before);
  }

  @Test
  void nestedBlocksGiveTheBitsOfTheirLayersInARow() {
    Compilation blocks = compile("@Block Stage layer1;\n@Block Stage layer2;", RESIDUAL, STAGE);
    Compilation layers =
        compile(
            flat("a", "layer1.0", "input")
                + flat("b", "layer1.1", "a")
                + flat("c", "layer2.0", "b")
                + flat("d", "layer2.1", "c"));
    assertThat(run(blocks)).isEqualTo(run(layers));
    assertThat(blocks).hadNoteContaining("4 of 4 BatchNorm folded");
    assertThat(Networks.files(blocks)).containsKey("p/SinteredX_Layer1_First_Conv.class");
    assertThat(blocks.warnings()).isEmpty();
  }

  @Test
  void anOutputInsideABlockCanBeReadFromOutside() {
    Compilation blocks =
        compile(
            "@Block Stage layer1;\n@Block Stage layer2;\n"
                + "@Add({\"layer2\", \"layer1.first.bn\"}) Layer sum;",
            RESIDUAL,
            STAGE);
    Compilation layers =
        compile(
            flat("a", "layer1.0", "input")
                + flat("b", "layer1.1", "a")
                + flat("c", "layer2.0", "b")
                + flat("d", "layer2.1", "c")
                + "@Add({\"d\", \"a_bn\"}) Layer sum;");
    assertThat(run(blocks)).isEqualTo(run(layers));
  }

  @Test
  void aBlockWithFurtherInputs() {
    String join =
        """
        package p;
        import dev.sinter.*;
        @Block
        class Join {
          @Input({3, 5, 5}) Layer other;
          @Add({"input", "other"}) Layer sum;
        }
        """;
    Compilation blocks =
        compile(
            "@Block Residual layer1;\n@Block(from = {\"layer1\", \"input\"}) Join join;",
            RESIDUAL
                .replace("@Conv(padding = 1)", "@Conv(padding = 1, weights = \"0.conv\")")
                .replace("@BatchNorm", "@BatchNorm(weights = \"0.bn\")"),
            join);
    Compilation layers =
        compile(flat("a", "layer1.0", "input") + "@Add({\"a\", \"input\"}) Layer sum;");
    assertThat(run(blocks)).isEqualTo(run(layers));
    Compilation wrong = compile("@Block(from = {\"input\"}) Join join;", join);
    assertThat(wrong)
        .hadErrorContaining(
            "[BlockInputs] 'join' reads 1 value; its block takes 2: \"input\" and 1 @Input field.")
        .inFile(Networks.network("", ""))
        .onLine(6);
  }

  @Test
  void recursionIsAnErrorWithItsPath() {
    String a = "package p; import dev.sinter.*; @Block class A { @Block B b; }";
    String b = "package p; import dev.sinter.*;\n@Block class B {\n@Block A a; }";
    Compilation compilation = compile("@Block A a;", a, b);
    assertThat(compilation.errors()).hasSize(1);
    assertThat(compilation)
        .hadErrorContaining(
            "[BlockCycle] The block 'A' would contain itself: X → A → B → A. A network has no"
                + " recursion.")
        .inFile(Networks.source("p.B", b))
        .onLine(3);
  }

  @Test
  void anErrorInsideABlockNamesTheWholePath() {
    Compilation compilation = compile("@Block Stage layer3;", RESIDUAL, STAGE);
    assertThat(compilation)
        .hadErrorContaining(
            "[MissingTensor] 'layer3.first.conv' needs the tensor 'layer3.0.conv.weight', which"
                + " w.safetensors does not have. Did you mean 'layer1.0.conv.weight'?");
  }

  @Test
  void onlyOutputsOfABlockCanBeReadFromOutside() {
    Compilation compilation =
        compile(
            "@Block(weights = \"layer1.0\") Residual a;\n@Flatten(from = \"a.conv\") Layer flat;",
            RESIDUAL);
    assertThat(compilation)
        .hadErrorContaining(
            "[UnknownLayer] 'flat' reads 'a.conv', and no field before it has that name. Mark it"
                + " @Output, so that it can be read from outside of its block.");
  }

  @Test
  void whatStaysInABlockIsSaidOnce() {
    String block =
        """
        package p;
        import static dev.sinter.Activation.Function.*;
        import dev.sinter.*;
        @Block
        class Late {
          @Activation(RELU) Layer relu;
          @BatchNorm Layer bn;
          @Activation(TANH) Layer tanh;
        }
        """;
    Compilation compilation =
        compile(
            "@Block(weights = \"layer1.0\") Late a;\n@Block(weights = \"layer1.1\") Late b;\n"
                + "@GlobalAvgPool Layer pool;",
            block);
    assertThat(compilation).succeeded();
    assertThat(
            compilation.notes().stream()
                .map(note -> note.getMessage(null))
                .filter(note -> note.contains("BatchNormStays"))
                .toList())
        .hasSize(1);
    assertThat(compilation)
        .hadNoteContaining(
            "[BatchNormStays] 'a.bn' (and 1 more where its block is used) is not folded:")
        .inFile(Networks.source("p.Late", block))
        .onLine(7);
  }

  @Test
  void aFieldOfABlockNeedsAnnotationAndType() {
    assertThat(compile("Residual layer1;", RESIDUAL))
        .hadErrorContaining("[NoAnnotation] 'layer1' has no layer annotation");
    assertThat(compile("@Block Layer layer1;"))
        .hadErrorContaining(
            "[BlockType] 'layer1' is annotated @Block, but its type dev.sinter.Layer is no class"
                + " that is annotated @Block itself.");
    assertThat(compile("@Conv Residual layer1;", RESIDUAL))
        .hadErrorContaining("[FieldType] The type of 'layer1' is p.Residual");
  }
}
