package dev.sinter.processor.onnx;

import java.util.List;

/**
 * The node of a model that a layer was made from.
 *
 * @param label what people know it by: {@code "/layer1/layer1.0/conv1/Conv"}
 * @param type of its operator
 * @param inputs the names of what it reads, values and tensors: {@code "layer1.0.conv1.weight"}
 */
public record Origin(String label, String type, List<String> inputs) {
  public Origin {
    inputs = List.copyOf(inputs);
  }
}
