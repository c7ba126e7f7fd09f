package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A {@code .npy} file by itself: an array that is no weight. */
public final class NpyFile {
  private NpyFile() {}

  /**
   * The array.
   *
   * @throws IOException if the file is not there or cannot be read
   * @throws MalformedContainer if it is no such file
   */
  public static Tensor read(Path file) throws IOException, MalformedContainer {
    return Npy.read(new Bytes(file.toString(), Files.readAllBytes(file)), file.toString());
  }
}
