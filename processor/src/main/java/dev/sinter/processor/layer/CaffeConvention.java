package dev.sinter.processor.layer;

import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Caffe's blobs, by number. The statistics of a batch normalization are sums, and blob 2 is what
 * they are to be divided by; 0 there makes both 0, as in a network that was never trained. Its γ
 * and β are those of a Scale layer behind it.
 *
 * <p>Source: BVLC/caffe, {@code batch_norm_layer.cpp}, {@code scale_layer.cpp}, and {@code
 * caffe.proto}, where eps is 1e-5. Others read the sums for means: BVLC/caffe issue 4885.
 */
final class CaffeConvention implements Convention {
  private static final Pattern NAME = Pattern.compile(".*\\.[0-2]");
  private static final String SCALE_FACTOR = "2";

  @Override
  public String name() {
    return "CAFFE";
  }

  @Override
  public List<Form> forms(LayerContext layer, String tensor, Stored stored) {
    return switch (tensor) {
      case "running_mean" -> List.of(new Form("0", sum -> mean(sum, stored)));
      case "running_var" -> List.of(new Form("1", sum -> mean(sum, stored)));
      case "weight" -> isWithoutScale(layer) ? List.of() : List.of(Form.of("0"));
      case "bias" -> isWithoutScale(layer) ? List.of() : List.of(Form.of("1"));
      default -> List.of(Form.of(tensor));
    };
  }

  private static boolean isWithoutScale(LayerContext layer) {
    return layer.values().annotation().equals("BatchNorm")
        && layer.values().text("scale").isEmpty();
  }

  private static Tensor mean(WeightTensor sum, Stored stored) throws Rejection {
    WeightTensor factor = stored.get(SCALE_FACTOR);
    if (factor.tensor().size() != 1) {
      throw factor.wrongShape("it is the scale factor of the statistics, so it must be [1].");
    }
    double divisor = factor.tensor().get(0);
    Shape shape = sum.tensor().shape();
    return Tensor.computed(shape, c -> divisor == 0 ? 0 : sum.tensor().get(c) / divisor);
  }

  @Override
  public Epsilon epsilon(Stored stored) {
    return Epsilon.inRoot(1e-5);
  }

  @Override
  public boolean recognizes(String name) {
    return NAME.matcher(name).matches();
  }
}
