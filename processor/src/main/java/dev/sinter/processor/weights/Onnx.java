package dev.sinter.processor.weights;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.Optional;

/**
 * The initializers of an ONNX model by their names. Tensors of types without real numbers are left
 * out; those in other files are read only where the model as a whole is.
 */
final class Onnx implements ContainerFormat {
  @Override
  public boolean reads(Source source) {
    return source.isFile(".onnx");
  }

  @Override
  public Container open(Source source) throws MalformedContainer {
    OnnxFile file = OnnxFile.read(source, name -> Optional.empty());
    LazyTensors tensors = new LazyTensors();
    for (TensorProto tensor : file.model().getGraph().getInitializerList()) {
      if (OnnxFile.isNumeric(tensor)) {
        tensors.put(tensor.getName(), () -> file.tensor(tensor));
      }
    }
    return tensors;
  }
}
