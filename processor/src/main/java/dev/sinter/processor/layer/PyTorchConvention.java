package dev.sinter.processor.layer;

import java.util.List;
import java.util.regex.Pattern;

/**
 * PyTorch's {@code state_dict}: the tensors as layers ask for them.
 *
 * <p>Source: the documentation of {@code torch.nn}, whose {@code BatchNorm2d} has eps=1e-5.
 */
final class PyTorchConvention implements Convention {
  private static final Pattern NAME =
      Pattern.compile("(.*\\.)?(weight|bias|running_mean|running_var|num_batches_tracked)");

  @Override
  public String name() {
    return "PYTORCH";
  }

  @Override
  public List<Form> forms(LayerContext layer, String tensor, Stored stored) {
    return List.of(Form.of(tensor));
  }

  @Override
  public Epsilon epsilon(Stored stored) {
    return Epsilon.inRoot(1e-5);
  }

  /** Names come from {@code state_dict} and nowhere else, so they are taken as they are. */
  @Override
  public String canonical(String name) {
    return name;
  }

  @Override
  public boolean recognizes(String name) {
    return NAME.matcher(name).matches();
  }
}
