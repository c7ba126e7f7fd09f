package dev.sinter.processor.weights;

import java.util.List;
import java.util.Optional;

/** The formats that Sinter reads. */
public final class Containers {
  static final List<ContainerFormat> FORMATS =
      List.of(new Safetensors(), new Npz(), new NpyFolder(), new Onnx(), new PyTorch(), new Hdf5());

  private Containers() {}

  /** Opens a source, or gives nothing if no format reads it. */
  public static Optional<Container> open(Source source) throws MalformedContainer {
    for (ContainerFormat format : FORMATS) {
      if (format.reads(source)) {
        return Optional.of(format.open(source));
      }
    }
    return Optional.empty();
  }
}
