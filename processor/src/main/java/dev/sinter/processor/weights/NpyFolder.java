package dev.sinter.processor.weights;

/** A folder in which each {@code .npy} file is a tensor. Other files are none of its business. */
final class NpyFolder implements ContainerFormat {
  static final String EXTENSION = ".npy";

  @Override
  public boolean reads(Source source) {
    return source.folder();
  }

  @Override
  public Container open(Source source) throws MalformedContainer {
    LazyTensors tensors = new LazyTensors();
    source
        .files()
        .forEach(
            (file, array) -> {
              if (file.endsWith(EXTENSION)) {
                String name = tensorName(file);
                Bytes bytes = new Bytes(source.name() + "/" + file, array);
                tensors.put(name, () -> Npy.stored(bytes, name), () -> Npy.read(bytes, name));
              }
            });
    if (tensors.names().isEmpty()) {
      throw new MalformedContainer(source.name(), 0, "the folder has no .npy files.");
    }
    return tensors;
  }

  /** {@code "conv1.weight"} for {@code "conv1.weight.npy"}. */
  static String tensorName(String file) {
    return file.substring(0, file.length() - EXTENSION.length());
  }
}
