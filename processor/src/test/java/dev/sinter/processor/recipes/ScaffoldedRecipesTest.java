package dev.sinter.processor.recipes;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.google.common.primitives.Floats;
import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.DeclaredGraph;
import dev.sinter.processor.GraphDifferences;
import dev.sinter.processor.Networks;
import dev.sinter.processor.OnnxExport;
import dev.sinter.processor.cli.Ran;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.fold.Folder;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.onnx.ModelReader;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A class that was scaffolded from a model declares the graph that the model is. */
class ScaffoldedRecipesTest {
  /** Those that are compiled fast. */
  private static final Set<String> FAST =
      Set.of("DsCnn", "AudioM5", "Autoencoder", "ShuffleNetV2", "MobileNetV3Small");

  @TempDir Path folder;

  /** Sequences and vectors, residual sums, gates, concatenations, three outputs, transposed. */
  @ParameterizedTest
  @ValueSource(
      strings = {"DsCnn", "AudioM5", "Autoencoder", "ShuffleNetV2", "MobileNetV3Small", "YoloV5n"})
  void scaffoldIsTheModel(String recipe) throws Exception {
    RecipeGolden golden = RecipeGolden.of(recipe);
    golden.weights().write(folder.resolve(golden.file()));
    Graph declared =
        DeclaredGraph.of(
            folder,
            Networks.source(
                "dev.sinter.recipes." + recipe,
                Files.readString(RecipesTest.RECIPES.resolve(recipe + ".java"))));
    Path model = folder.resolve("my model.onnx");
    Files.write(model, OnnxExport.of(declared, recipe).bytes());
    Path made = requireSame(model, recipe.equals("DsCnn"));
    if (FAST.contains(recipe)) {
      requireSameAnswers(model, made);
    }
  }

  /** As PyTorch's exporter wrote them. */
  @Test
  void scaffoldOfAnExportIsTheModel() throws Exception {
    for (String model : List.of("residual", "excited", "shuffled", "sound", "perceptron")) {
      Path file = Path.of("src/test/onnx", model + ".onnx").toAbsolutePath();
      requireSameAnswers(file, requireSame(file, false));
    }
  }

  /** The folder of the class. */
  private Path requireSame(Path model, boolean folded) throws Exception {
    Path out = Files.createTempDirectory(folder, "made");
    Ran ran = Ran.of("scaffold", model, "--name", "Made", "--package", "dev.made", "--output", out);
    assertWithMessage(ran.err()).that(ran.code()).isEqualTo(0);
    String source = Files.readString(out.resolve("Made.java"));
    source.lines().forEach(line -> assertThat(line.length()).isAtMost(100));
    Graph made = DeclaredGraph.of(out, Networks.source("dev.made.Made", source));
    Diagnostics found = new Diagnostics();
    Locator locator = new Locator(List.of(new DirectoryPlace(model.getParent())), "");
    Graph imported =
        new ModelReader(model.getFileName().toString(), Location.NOWHERE, found)
            .read(locator, List.of(), Location.NOWHERE, List.of())
            .orElseThrow(() -> new AssertionError(found.all()));
    assertThat(GraphDifferences.between(made, imported)).isEmpty();
    if (folded) {
      Folder folder = new Folder(Folder.ALL);
      assertThat(
              GraphDifferences.between(
                  folder.fold(made, fold -> {}), folder.fold(imported, fold -> {})))
          .isEmpty();
    }
    return out;
  }

  /** The class, compiled by javac, gives the model's bits. */
  private static void requireSameAnswers(Path model, Path made) throws Exception {
    Files.copy(model, made.resolve("model.onnx"));
    Compilation compilation =
        Networks.compile(
            made,
            List.of(),
            Networks.source("dev.made.Made", Files.readString(made.resolve("Made.java"))),
            Networks.source(
                "dev.made.Imported",
                "package dev.made; @dev.sinter.Network(model = \"model.onnx\") class Imported {}"));
    List<List<Float>> answers = answers(Networks.load(compilation, "dev.made.SinteredMade"));
    assertThat(answers).isEqualTo(answers(Networks.load(compilation, "dev.made.SinteredImported")));
    answers.forEach(answer -> assertThat(Set.copyOf(answer).size()).isGreaterThan(1));
  }

  private static List<List<Float>> answers(Model model) {
    float[][] outputs =
        model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
    float[] input = new float[model.inputs().get(0).size()];
    Random random = new Random(1);
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    try (Session session = model.newSession()) {
      session.run(new float[][] {input}, outputs);
    }
    return Stream.of(outputs).map(Floats::asList).toList();
  }
}
