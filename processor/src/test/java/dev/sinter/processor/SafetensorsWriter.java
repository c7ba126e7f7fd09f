package dev.sinter.processor;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Checksum;

/** Writes tensors as a safetensors file. */
public final class SafetensorsWriter {
  private final List<String> entries = new ArrayList<>();
  private final List<byte[]> tensors = new ArrayList<>();
  private long end;

  public SafetensorsWriter add(String name, float[] values, int... shape) {
    ByteBuffer bytes = littleEndian(values.length * Float.BYTES);
    bytes.asFloatBuffer().put(values);
    return add(name, "F32", bytes.array(), shape);
  }

  public SafetensorsWriter add(String name, long[] values, int... shape) {
    ByteBuffer bytes = littleEndian(values.length * Long.BYTES);
    bytes.asLongBuffer().put(values);
    return add(name, "I64", bytes.array(), shape);
  }

  private SafetensorsWriter add(String name, String type, byte[] bytes, int... shape) {
    long start = end;
    end += bytes.length;
    entries.add(
        String.format(
            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
            name, type, Arrays.toString(shape), start, end));
    tensors.add(bytes);
    return this;
  }

  /** Counts the bytes of all tensors, in their order, into a checksum. */
  public void updateChecksum(Checksum checksum) {
    tensors.forEach(checksum::update);
  }

  public void write(Path file) throws IOException {
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(littleEndian(Long.BYTES).putLong(header.length).array());
      out.write(header);
      for (byte[] tensor : tensors) {
        out.write(tensor);
      }
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
