package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.regex.Pattern;

/**
 * MXNet's symbol API, which calls the statistics moving, and Gluon, which calls them running. They
 * have different defaults: fix_gamma and 1e-3 in the one, neither fix_gamma nor more than 1e-5 in
 * the other. With fix_gamma, γ is 1 whatever the file has.
 *
 * <p>Source: the documentation of {@code mx.sym.BatchNorm} (eps=0.001, fix_gamma=True) and {@code
 * gluon.nn.BatchNorm} (epsilon=1e-05, scale=True, which is fix_gamma=False). Others read the stored
 * γ: apache/mxnet issues 9624 and 15645.
 */
final class MxnetConvention implements Convention {
  private static final Pattern NAME =
      Pattern.compile("(arg:|aux:)?(.*[._])?(weight|bias|gamma|beta|(moving|running)_(mean|var))");

  @Override
  public String name() {
    return "MXNET";
  }

  @Override
  public List<Form> forms(LayerContext layer, String tensor, Stored stored) {
    boolean norm = layer.values().annotation().equals("BatchNorm");
    boolean slopes = layer.values().annotation().equals("PRelu");
    return switch (tensor) {
      case "weight" ->
          norm
              ? List.of(new Form("gamma", gamma -> unlessOpen(gamma, layer, stored)))
              : slopes ? List.of(Form.of("gamma"), Form.of("alpha")) : List.of(Form.of("weight"));
      case "bias" -> List.of(Form.of(norm ? "beta" : "bias"));
      case "running_mean" -> List.of(Form.of("moving_mean"), Form.of("running_mean"));
      case "running_var" -> List.of(Form.of("moving_var"), Form.of("running_var"));
      default -> List.of(Form.of(tensor));
    };
  }

  private static boolean isGluon(Stored stored) {
    return !stored.has("moving_var") && stored.has("running_var");
  }

  /** γ as stored, unless nothing says whether fix_gamma was on and it would change something. */
  private static Tensor unlessOpen(WeightTensor gamma, LayerContext layer, Stored stored)
      throws Rejection {
    Tensor values = gamma.tensor();
    boolean ones = true;
    for (int c = 0; c < values.size(); c++) {
      ones &= values.get(c) == 1;
    }
    if (!ones && !isGluon(stored) && !layer.values().isWritten("fixGamma")) {
      throw Problem.AMBIGUOUS_CONVENTION.reject(
          gamma.location(),
          gamma.name(),
          gamma.file(),
          "MXNet takes γ as 1 with fix_gamma, which is its default, and as stored without. Write"
              + " @BatchNorm(fixGamma = true) or @BatchNorm(fixGamma = false).");
    }
    return values;
  }

  @Override
  public Epsilon epsilon(Stored stored) {
    return Epsilon.inRoot(isGluon(stored) ? 1e-5 : 1e-3);
  }

  @Override
  public String canonical(String name) {
    boolean typed = name.startsWith("arg:") || name.startsWith("aux:");
    return Convention.super.canonical(typed ? name.substring("arg:".length()) : name);
  }

  @Override
  public boolean recognizes(String name) {
    return NAME.matcher(name).matches();
  }
}
