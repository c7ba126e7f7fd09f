package dev.sinter.processor.weights;

import ai.onnx.proto.OnnxMl;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small containers, right and wrong. */
final class TestFiles {
  private TestFiles() {}

  /** What {@code generate.py} wrote. */
  static byte[] resource(String name) {
    try (InputStream in = TestFiles.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A safetensors file whose header's quotes are written as apostrophes. */
  static byte[] safetensors(String header, byte... data) {
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** An ONNX model with nothing but an initializer. */
  static byte[] onnx(String name, byte[] data, long... dims) {
    OnnxMl.ModelProto.Builder model = OnnxMl.ModelProto.newBuilder().setIrVersion(8);
    OnnxMl.TensorProto.Builder tensor = model.getGraphBuilder().addInitializerBuilder();
    tensor.setName(name).setDataType(OnnxMl.TensorProto.DataType.FLOAT_VALUE);
    Arrays.stream(dims).forEach(tensor::addDims);
    tensor.setRawData(ByteString.copyFrom(data));
    model.addOpsetImportBuilder().setVersion(13);
    return model.build().toByteArray();
  }

  static byte[] npy(String header, byte... data) {
    byte[] text = (header + "\n").getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(10 + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1))
        .putShort((short) text.length)
        .put(text)
        .put(data)
        .array();
  }

  static byte[] npy(String descr, String shape, byte... data) {
    return npy(
        "{'descr': '" + descr + "', 'fortran_order': False, 'shape': " + shape + ", }", data);
  }

  static byte[] npz(String name, byte[] content) {
    return zip(Map.of(name, content));
  }

  static byte[] zip(Map<String, byte[]> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  static Source folder(String file, byte[] content) {
    TreeMap<String, byte[]> files = new TreeMap<>();
    files.put(file, content);
    return Source.folder("w", files);
  }

  static byte[] littleEndian(long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      buffer.putLong(value);
    }
    return buffer.array();
  }

  static byte[] floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return buffer.array();
  }
}
