package dev.sinter.processor.recipes;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.Networks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole networks, declared as users declare them, against PyTorch in double precision. {@code
 * recipes.py} beside the recipes made the goldens.
 */
class RecipesTest {
  static final Path RECIPES = Path.of("src/test/recipes");

  /** In units of the largest output: the contract's bound. */
  private static final double TOLERANCE = 2e-5;

  /**
   * A recipe and how its batch normalizations fare.
   *
   * @param norms batch normalizations in all
   * @param folded those that are folded
   */
  record Recipe(String name, int norms, int folded) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Recipe> recipes() {
    return Stream.of(
        new Recipe("ResNet18", 20, 20),
        new Recipe("ResNet50", 53, 53),
        new Recipe("MobileNetV1", 27, 27),
        new Recipe("MobileNetV2", 52, 52),
        new Recipe("MobileNetV3Small", 34, 34),
        new Recipe("ShuffleNetV2", 56, 56),
        // The first normalization of each dense layer reads what other layers read too.
        new Recipe("DenseNet121", 121, 59),
        new Recipe("RepVggA0", 61, 61),
        new Recipe("YoloV5n", 57, 57),
        new Recipe("UNet", 18, 18),
        new Recipe("DsCnn", 9, 9),
        new Recipe("Autoencoder", 9, 9),
        new Recipe("AudioM5", 4, 4));
  }

  @TempDir Path weights;

  /** A recipe that was compiled, and run once. */
  private record Result(
      Compilation compilation, Model model, double error, double compileSeconds) {}

  @ParameterizedTest(name = "{0}")
  @MethodSource("recipes")
  void foldedOrNotGivesPyTorchsOutput(Recipe recipe) throws Exception {
    RecipeGolden golden = RecipeGolden.of(recipe.name());
    golden.weights().write(weights.resolve(golden.file()));
    Result folded = result(recipe, golden, List.of());
    Result unfolded = result(recipe, golden, List.of("-Asinter.fold=none"));
    report(recipe, folded, unfolded);
    for (Result result : List.of(folded, unfolded)) {
      assertThat(result.compilation()).succeededWithoutWarnings();
      assertWithMessage("error in units of the largest output")
          .that(result.error())
          .isLessThan(TOLERANCE);
    }
    assertThat(folded.compilation())
        .hadNoteContaining(recipe.folded() + " of " + recipe.norms() + " BatchNorm folded");
    assertThat(Files.readString(Path.of("../README.md"))).contains(row(recipe, folded.model()));
  }

  /** The recipe's row in the README's table, from its second column on. */
  private static String row(Recipe recipe, Model model) {
    return String.format(
        Locale.ROOT,
        "| [%s](processor/src/test/recipes/%s.java) | %s | %s | %s | %d of %d |",
        recipe.name(),
        recipe.name(),
        Arrays.toString(model.inputs().get(0).shape()),
        scaled(model.parameters()),
        scaled(model.macs()),
        recipe.folded(),
        recipe.norms());
  }

  private static String scaled(long count) {
    return count < 1_000_000
        ? String.format(Locale.ROOT, "%.1f k", count / 1e3)
        : String.format(Locale.ROOT, "%.1f M", count / 1e6);
  }

  @Test
  void allRecipesAreTested() throws IOException {
    try (Stream<Path> files = Files.list(RECIPES)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".java"))
              .map(name -> name.replace(".java", ""))
              .toList();
      assertThat(recipes().map(Recipe::name).toList()).containsExactlyElementsIn(names);
    }
  }

  private Result result(Recipe recipe, RecipeGolden golden, List<String> options)
      throws IOException {
    String source = Files.readString(RECIPES.resolve(recipe.name() + ".java"));
    long start = System.nanoTime();
    Compilation compilation =
        Networks.compile(
            weights, options, Networks.source("dev.sinter.recipes." + recipe.name(), source));
    double seconds = (System.nanoTime() - start) / 1e9;
    Model model = Networks.load(compilation, "dev.sinter.recipes.Sintered" + recipe.name());
    float[][] outputs =
        model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
    try (Session session = model.newSession()) {
      session.run(new float[][] {golden.input()}, outputs);
    }
    return new Result(compilation, model, golden.error(model.outputs(), outputs), seconds);
  }

  /** A line for people, and for comparing one version of Sinter with another. */
  private static void report(Recipe recipe, Result folded, Result unfolded) throws IOException {
    String notes = folded.compilation().notes().toString();
    Matcher memory =
        find(
            "Working memory: [\\d,]+ floats; at least ([\\d,]+) ",
            folded
                .compilation()
                .generatedSourceFile("dev.sinter.recipes.Sintered" + recipe.name())
                .orElseThrow()
                .getCharContent(false));
    System.out.printf(
        Locale.ROOT,
        "%-16s %s; %.1e from PyTorch (unfolded %.1e); %,d -> %,d parameters, %,d -> %,d MACs;"
            + " arena %,d bytes, bound %,d; compiled in %.1f s%n",
        recipe.name(),
        find("Sinter\\] \\w+: ([^;]*);", notes).group(1),
        folded.error(),
        unfolded.error(),
        unfolded.model().parameters(),
        folded.model().parameters(),
        unfolded.model().macs(),
        folded.model().macs(),
        folded.model().arenaBytes(),
        Float.BYTES * Long.parseLong(memory.group(1).replace(",", "")),
        folded.compileSeconds());
  }

  private static Matcher find(String pattern, CharSequence text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertWithMessage("%s in %s", pattern, text).that(matcher.find()).isTrue();
    return matcher;
  }
}
