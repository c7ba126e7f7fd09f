package dev.sinter.processor.weights;

/**
 * What {@code numpy.savez} and {@code savez_compressed} write: {@code .npy} files in a ZIP file.
 */
final class Npz implements ContainerFormat {
  @Override
  public boolean reads(Source source) {
    return source.isFile(".npz");
  }

  @Override
  public Container open(Source source) throws MalformedContainer {
    Bytes zip = new Bytes(source.name(), source.bytes());
    LazyTensors tensors = new LazyTensors();
    for (ZipEntry entry : ZipDirectory.read(zip)) {
      if (entry.name().endsWith(NpyFolder.EXTENSION)) {
        String name = NpyFolder.tensorName(entry.name());
        tensors.put(
            name, () -> Npy.stored(entry.read(zip), name), () -> Npy.read(entry.read(zip), name));
      }
    }
    return tensors;
  }
}
