package dev.sinter.processor;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Tensors of networks that nobody trained, as files. */
public final class TestWeights {
  private final Map<String, Tensor> tensors = new TreeMap<>();

  /** A tensor of these values. */
  public TestWeights with(String name, Shape shape, float... values) {
    tensors.put(name, Tensor.of(shape, values));
    return this;
  }

  /** A vector. */
  public TestWeights with(String name, float... values) {
    return with(name, Shape.of(values.length), values);
  }

  /** A tensor of various values from −1 to 1. */
  public TestWeights tensor(String name, int... extents) {
    tensors.put(name, Tensor.computed(Shape.of(extents), i -> (i * 37 % 17 - 8) / 8.0).rounded());
    return this;
  }

  /** The four vectors of a batch normalization. */
  public TestWeights norm(String prefix, int channels) {
    Tensor variance = Tensor.computed(Shape.of(channels), c -> 0.5 + c % 5);
    tensors.put(prefix + ".running_var", variance.rounded());
    return tensor(prefix + ".weight", channels)
        .tensor(prefix + ".bias", channels)
        .tensor(prefix + ".running_mean", channels);
  }

  private void writeSafetensors(Path path) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(
        (name, tensor) -> {
          int[] shape = tensor.shape().extents().stream().mapToInt(e -> e).toArray();
          writer.add(name, tensor.toFloats(), shape);
        });
    writer.write(path);
  }

  private byte[] npz() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
        zip.putNextEntry(new ZipEntry(tensor.getKey() + ".npy"));
        zip.write(npy(tensor.getValue()));
      }
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  /** Writes a safetensors file, an npz file or a folder of npy files, as the name says. */
  public void write(Path path) throws IOException {
    String name = path.getFileName().toString();
    if (name.contains(".")) {
      Files.createDirectories(path.getParent());
      if (name.endsWith(".npz")) {
        Files.write(path, npz());
      } else {
        writeSafetensors(path);
      }
    } else {
      Files.createDirectories(path);
      for (Map.Entry<String, Tensor> tensor : tensors.entrySet()) {
        Files.write(path.resolve(tensor.getKey() + ".npy"), npy(tensor.getValue()));
      }
    }
  }

  private static byte[] npy(Tensor tensor) {
    String shape =
        tensor.shape().extents().stream().map(e -> e + ",").collect(Collectors.joining());
    byte[] header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }\n"
            .formatted(shape)
            .getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(10 + header.length + 4 * tensor.size())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1))
        .putShort((short) header.length)
        .put(header)
        .put(bytes(tensor))
        .array();
  }

  private static byte[] bytes(Tensor tensor) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * tensor.size()).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : tensor.toFloats()) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }
}
