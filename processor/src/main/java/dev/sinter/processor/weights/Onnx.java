package dev.sinter.processor.weights;

import ai.onnx.proto.OnnxMl.TensorProto;

/**
 * The initializers of an ONNX model by their names, in the model's own file or beside it. Tensors
 * of types without real numbers are left out.
 */
final class Onnx implements ContainerFormat {
  @Override
  public boolean reads(Source source) {
    return source.isFile(".onnx");
  }

  @Override
  public Container open(Source source) throws MalformedContainer {
    OnnxFile file = OnnxFile.read(source);
    LazyTensors tensors = new LazyTensors();
    for (TensorProto tensor : file.model().getGraph().getInitializerList()) {
      if (OnnxFile.isNumeric(tensor)) {
        tensors.put(tensor.getName(), () -> file.stored(tensor), () -> file.tensor(tensor));
      }
    }
    return tensors;
  }
}
