package dev.sinter.processor.recipes;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A class that was scaffolded from a model declares the graph that the model is. */
class ScaffoldedRecipesTest {
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
    requireSame(model, recipe.equals("DsCnn"));
  }

  /** As PyTorch's exporter wrote them. */
  @Test
  void scaffoldOfAnExportIsTheModel() throws Exception {
    for (String model : List.of("residual", "excited", "shuffled", "sound", "perceptron")) {
      requireSame(Path.of("src/test/onnx", model + ".onnx").toAbsolutePath(), false);
    }
  }

  private void requireSame(Path model, boolean folded) throws Exception {
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
  }
}
