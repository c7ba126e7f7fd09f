package dev.sinter.processor.recipes;

import static com.google.common.truth.Truth.assertThat;

import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.DeclaredGraph;
import dev.sinter.processor.GraphDifferences;
import dev.sinter.processor.Networks;
import dev.sinter.processor.OnnxExport;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.onnx.ModelReader;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The recipes as ONNX models: imported they are, layer for layer and bit for bit, as declared. */
class ImportedRecipesTest {
  @TempDir Path folder;

  static Stream<String> recipes() {
    return RecipesTest.recipes().map(RecipesTest.Recipe::name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("recipes")
  void importedGraphIsTheDeclaredOne(String recipe) throws Exception {
    Graph declared = exported(recipe);
    Diagnostics found = new Diagnostics();
    Locator locator = new Locator(List.of(new DirectoryPlace(folder)), "");
    Graph imported =
        new ModelReader(recipe + ".onnx", Location.NOWHERE, found)
            .read(locator, List.of(), Location.NOWHERE, List.of())
            .orElseThrow(() -> new AssertionError(found.all()));
    assertThat(GraphDifferences.between(declared, imported)).isEmpty();
  }

  /** Those that are compiled fast. */
  @ParameterizedTest
  @ValueSource(strings = {"DsCnn", "AudioM5", "Autoencoder", "ShuffleNetV2", "MobileNetV3Small"})
  void importedNetworkGivesTheBitsOfTheDeclaredOne(String recipe) throws Exception {
    exported(recipe);
    String type = "dev.sinter.recipes." + recipe;
    String imported =
        """
        package dev.sinter.recipes;
        @dev.sinter.Network(model = "%1$s.onnx")
        final class %1$sImported {}
        """
            .formatted(recipe);
    Compilation compilation =
        Networks.compile(
            folder, List.of(), source(recipe), Networks.source(type + "Imported", imported));
    float[] input = RecipeGolden.of(recipe).input();
    Model asDeclared = Networks.load(compilation, "dev.sinter.recipes.Sintered" + recipe);
    Model asImported =
        Networks.load(compilation, "dev.sinter.recipes.Sintered" + recipe + "Imported");
    assertThat(run(asImported, input)).isEqualTo(run(asDeclared, input));
    assertThat(asImported.macs()).isEqualTo(asDeclared.macs());
    assertThat(asImported.parameters()).isEqualTo(asDeclared.parameters());
  }

  private static List<List<Float>> run(Model model, float[] input) {
    float[][] outputs =
        model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
    try (Session session = model.newSession()) {
      session.run(new float[][] {input}, outputs);
    }
    List<List<Float>> all = new ArrayList<>();
    for (float[] output : outputs) {
      List<Float> values = new ArrayList<>();
      for (float value : output) {
        values.add(value);
      }
      all.add(values);
    }
    return all;
  }

  /** Writes the recipe's weights, and its model beside them. */
  private Graph exported(String recipe) throws Exception {
    RecipeGolden golden = RecipeGolden.of(recipe);
    golden.weights().write(folder.resolve(golden.file()));
    Graph declared = DeclaredGraph.of(folder, source(recipe));
    Files.write(folder.resolve(recipe + ".onnx"), OnnxExport.of(declared, recipe).bytes());
    return declared;
  }

  private static JavaFileObject source(String recipe) throws Exception {
    return Networks.source(
        "dev.sinter.recipes." + recipe,
        Files.readString(RecipesTest.RECIPES.resolve(recipe + ".java")));
  }
}
