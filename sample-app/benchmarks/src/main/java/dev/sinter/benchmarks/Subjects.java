package dev.sinter.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.sinter.processor.recipes.SeededWeights.Spec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The networks that are measured: recipes, two small ones, and single layers. */
final class Subjects {
  /** Those that are compared with the peer. */
  static final List<String> COMPARED =
      List.of(
          "ResNet18",
          "MobileNetV2",
          "MobileNetV3Small",
          "ShuffleNetV2",
          "DenseNet121",
          "RepVggA0",
          "YoloV5n",
          "ResNet20",
          "DsCnn",
          "Tiny");

  /** Those that are compared with themselves unfolded. */
  static final List<String> RECIPES =
      List.of(
          "ResNet18",
          "ResNet50",
          "MobileNetV1",
          "MobileNetV2",
          "MobileNetV3Small",
          "ShuffleNetV2",
          "DenseNet121",
          "RepVggA0",
          "YoloV5n",
          "UNet",
          "DsCnn",
          "Autoencoder",
          "AudioM5");

  /** Those that are stored in fewer bits. */
  static final List<String> STORED =
      List.of("Digits", "ResNet18", "MobileNetV2", "DenseNet121", "RepVggA0");

  /** Chains of layers, by {@link #layers name}; the networks above have them most. */
  static final List<String> LAYERS =
      List.of(
          "Conv3x3C64M56",
          "Conv3x3C128M28",
          "Conv3x3C256M14",
          "Conv3x3C512M7",
          "Conv3x3C16M32",
          "Conv3x3C8M28",
          "Conv1x1C32M112",
          "Conv1x1C96M28",
          "Conv1x1C576M14",
          "Depthwise3x3C96M56",
          "Depthwise3x3C576M14");

  private static final int CHAIN = 8;
  private static final Gson GSON = new Gson();

  private Subjects() {}

  static Subject of(String name) {
    if (RECIPES.contains(name)) {
      return recipe(name);
    }
    return switch (name) {
      case "ResNet20" -> own(name, resNet20(), List.of(3, 32, 32));
      case "Tiny" -> own(name, tiny(), List.of(1, 28, 28));
      case "Digits" -> digits();
      default -> layers(name);
    };
  }

  private static Subject recipe(String name) {
    JsonObject golden = GSON.fromJson(text("/recipes/goldens/" + name + ".json"), JsonObject.class);
    List<Spec> tensors = new ArrayList<>();
    for (JsonElement tensor : golden.getAsJsonArray("tensors")) {
      JsonArray parts = tensor.getAsJsonArray();
      int[] shape = GSON.fromJson(parts.get(1), int[].class);
      tensors.add(new Spec(parts.get(0).getAsString(), parts.get(2).getAsInt(), shape));
    }
    return new Subject(
        name,
        "dev.sinter.recipes",
        text("/recipes/" + name + ".java"),
        golden.get("weights").getAsString(),
        tensors,
        golden.getAsJsonArray("input").asList().stream().map(JsonElement::getAsInt).toList());
  }

  private static Subject own(String name, Tensors tensors, List<Integer> input) {
    return new Subject(
        name,
        "dev.sinter.benchmarks.networks",
        text("/networks/" + name + ".java"),
        name + ".safetensors",
        tensors.list(),
        input);
  }

  /** The sample's own network, with the weights that it was trained to. */
  private static Subject digits() {
    return new Subject(
        "Digits",
        "dev.sinter.samples.digits",
        text("/networks/Digits.java").replace("\nfinal class", "\npublic final class"),
        "digits.safetensors",
        List.of(),
        List.of(1, 28, 28));
  }

  private static Tensors resNet20() {
    Tensors tensors = new Tensors().conv("conv1", "bn1", 16, 3, 3, 3);
    int inputs = 16;
    for (int stage = 1; stage <= 3; stage++) {
      int outputs = 8 << stage;
      for (int block = 0; block < 3; block++) {
        String prefix = "layer" + stage + "." + block + ".";
        tensors
            .conv(prefix + "conv1", prefix + "bn1", outputs, inputs, 3, 3)
            .conv(prefix + "conv2", prefix + "bn2", outputs, outputs, 3, 3);
        if (inputs != outputs) {
          String shortcut = prefix + "downsample.";
          tensors.conv(shortcut + "0", shortcut + "1", outputs, inputs, 1, 1);
        }
        inputs = outputs;
      }
    }
    return tensors.linear("fc", 10, inputs);
  }

  private static Tensors tiny() {
    return new Tensors()
        .conv("conv1", "bn1", 8, 1, 3, 3)
        .conv("conv2", "bn2", 8, 8, 3, 3)
        .conv("conv3", "bn3", 16, 8, 3, 3)
        .linear("fc", 10, 16 * 3 * 3);
  }

  /**
   * Eight equal convolutions, each with ReLU, so that what goes in and comes out of the network
   * weighs little. The name says it all: {@code Conv3x3C64M56} has kernels of 3 × 3, 64 channels
   * and maps of 56 × 56.
   */
  private static Subject layers(String name) {
    if (!name.matches("(Conv|Depthwise)\\dx\\dC\\d+M\\d+")) {
      throw new IllegalArgumentException("no network is called " + name);
    }
    String[] numbers = name.replaceAll("^\\D+", "").split("\\D", -1);
    int kernel = Integer.parseInt(numbers[0]);
    int channels = Integer.parseInt(numbers[2]);
    int extent = Integer.parseInt(numbers[3]);
    int inputs = name.startsWith("Depthwise") ? 1 : channels;
    StringBuilder fields = new StringBuilder();
    Tensors tensors = new Tensors();
    for (int i = 1; i <= CHAIN; i++) {
      fields.append(
          String.format(
              Locale.ROOT,
              "  @Conv(padding = %d) Layer conv%d;%n  @Activation(RELU) Layer relu%d;%n",
              kernel / 2,
              i,
              i));
      tensors.conv("conv" + i, channels, inputs, kernel, kernel);
    }
    String source =
        """
        package dev.sinter.benchmarks.networks;
        import static dev.sinter.Activation.Function.RELU;
        import dev.sinter.*;
        @Network(input = {%d, %d, %d}, weights = "%s.safetensors")
        public final class %s {
        %s}
        """
            .formatted(channels, extent, extent, name, name, fields);
    return new Subject(
        name,
        "dev.sinter.benchmarks.networks",
        source,
        name + ".safetensors",
        tensors.list(),
        List.of(channels, extent, extent));
  }

  private static String text(String resource) {
    try (InputStream in = Subjects.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
