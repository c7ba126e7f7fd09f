package dev.sinter.processor.recipes;

import static com.google.common.truth.Truth.assertWithMessage;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sinter.Port;
import dev.sinter.processor.SafetensorsWriter;
import dev.sinter.processor.recipes.SeededWeights.Spec;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code recipes.py} wrote down of one recipe. */
final class RecipeGolden {
  private static final Gson GSON = new Gson();

  private final String recipe;
  private final JsonObject json;

  private RecipeGolden(String recipe, JsonObject json) {
    this.recipe = recipe;
    this.json = json;
  }

  static RecipeGolden of(String recipe) throws IOException {
    Path file = RecipesTest.RECIPES.resolve("goldens").resolve(recipe + ".json");
    try (Reader text = Files.newBufferedReader(file)) {
      return new RecipeGolden(recipe, GSON.fromJson(text, JsonObject.class));
    }
  }

  /** The recipe's weights. */
  SafetensorsWriter weights() {
    List<Spec> tensors = new ArrayList<>();
    for (JsonElement tensor : json.getAsJsonArray("tensors")) {
      JsonArray parts = tensor.getAsJsonArray();
      tensors.add(
          new Spec(parts.get(0).getAsString(), parts.get(2).getAsInt(), integers(parts.get(1))));
    }
    return SeededWeights.file(tensors);
  }

  /** Of the input and the weights that Python made. */
  long crc32() {
    return json.get("crc32").getAsLong();
  }

  /** The file that the recipe reads. */
  String file() {
    return json.get("weights").getAsString();
  }

  float[] input() {
    return SeededWeights.values(new Spec(recipe + ".input", 0, integers(json.get("input"))));
  }

  /**
   * The largest difference of an output from PyTorch's, in units of that output's largest value.
   *
   * @param outputs in the order of the ports
   */
  double error(List<Port> ports, float[][] outputs) {
    JsonArray expected = json.getAsJsonArray("outputs");
    assertWithMessage("outputs").that(ports).hasSize(expected.size());
    double error = 0;
    for (int i = 0; i < outputs.length; i++) {
      error = Math.max(error, error(expected.get(i).getAsJsonObject(), ports.get(i), outputs[i]));
    }
    return error;
  }

  private double error(JsonObject expected, Port port, float[] output) {
    String name = expected.get("name").getAsString();
    assertWithMessage("output").that(port.name()).isEqualTo(name);
    assertWithMessage(name).that(port.shape()).isEqualTo(integers(expected.get("shape")));
    JsonArray values = expected.getAsJsonArray("values");
    boolean all = values.size() == output.length;
    double error = 0;
    for (int i = 0; i < values.size(); i++) {
      int at = all ? i : SeededWeights.position(recipe + "." + name, i, output.length);
      double difference = Math.abs(output[at] - values.get(i).getAsDouble());
      // Not Math.max alone: it must not pass over a NaN.
      error = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(error, difference);
    }
    return error / expected.get("largest").getAsDouble();
  }

  private static int[] integers(JsonElement array) {
    return GSON.fromJson(array, int[].class);
  }
}
