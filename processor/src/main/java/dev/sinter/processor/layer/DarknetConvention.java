package dev.sinter.processor.layer;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Darknet, where a batch normalization is a part of the convolution before it: both have one
 * prefix, and the biases are the normalization's. ε stands outside of the root.
 *
 * <p>Source: pjreddie/darknet, {@code load_convolutional_weights} in {@code parser.c}, and {@code
 * normalize_cpu} in {@code blas.c}, which has .000001f.
 */
final class DarknetConvention implements Convention {
  private static final Pattern NAME =
      Pattern.compile("(.*[./_])?(weights|biases|scales|rolling_mean|rolling_variance)");

  @Override
  public String name() {
    return "DARKNET";
  }

  @Override
  public List<Form> forms(LayerContext layer, String tensor, Stored stored) {
    boolean norm = layer.values().annotation().equals("BatchNorm");
    return switch (tensor) {
      case "weight" -> List.of(Form.of(norm ? "scales" : "weights"));
      case "bias" -> norm || !stored.has("rolling_mean") ? List.of(Form.of("biases")) : List.of();
      case "running_mean" -> List.of(Form.of("rolling_mean"));
      case "running_var" -> List.of(Form.of("rolling_variance"));
      default -> List.of(Form.of(tensor));
    };
  }

  @Override
  public Epsilon epsilon(Stored stored) {
    return new Epsilon(1e-6, false);
  }

  @Override
  public boolean recognizes(String name) {
    return NAME.matcher(name).matches();
  }
}
