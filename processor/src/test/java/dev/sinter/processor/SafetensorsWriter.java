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

/** Writes float tensors as a safetensors file. */
final class SafetensorsWriter {
  private final List<String> entries = new ArrayList<>();
  private final List<float[]> tensors = new ArrayList<>();
  private long end;

  SafetensorsWriter add(String name, float[] values, int... shape) {
    long start = end;
    end += (long) values.length * Float.BYTES;
    entries.add(
        String.format(
            "\"%s\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
            name, Arrays.toString(shape), start, end));
    tensors.add(values);
    return this;
  }

  void write(Path file) throws IOException {
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(littleEndian(Long.BYTES).putLong(header.length).array());
      out.write(header);
      for (float[] tensor : tensors) {
        ByteBuffer bytes = littleEndian(tensor.length * Float.BYTES);
        bytes.asFloatBuffer().put(tensor);
        out.write(bytes.array());
      }
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
