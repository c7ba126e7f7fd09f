package dev.sinter.processor.report;

import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The constants of an operator by their names. */
final class Constants {
  private final Map<String, Tensor> named = new LinkedHashMap<>();

  private Constants() {}

  static Map<String, Tensor> of(Op op) {
    Constants constants = new Constants();
    if (op instanceof Op.Conv conv) {
      constants.put("weight", conv.weight());
      constants.put("bias", conv.bias());
      constants.put("pad value", conv.padValue());
    } else if (op instanceof Op.ConvTranspose conv) {
      constants.put("weight", conv.weight());
      constants.put("bias", conv.bias());
    } else if (op instanceof Op.Linear linear) {
      constants.put("weight", linear.weight());
      constants.put("bias", linear.bias());
    } else if (op instanceof Op.BatchNorm norm) {
      constants.put("γ", norm.gamma());
      constants.put("β", norm.beta());
      constants.put("mean", norm.mean());
      constants.put("variance", norm.variance());
    } else if (op instanceof Op.ChannelAffine affine) {
      constants.put("scale", affine.scale());
      constants.put("shift", affine.shift());
    }
    return constants.named;
  }

  private void put(String name, @Nullable Tensor tensor) {
    if (tensor != null) {
      named.put(name, tensor);
    }
  }
}
