package dev.sinter.processor;

import static com.google.common.truth.Truth.assertWithMessage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A small safetensors file. */
public final class Checkpoint {
  private final List<String> header = new ArrayList<>();
  private final ByteArrayOutputStream data = new ByteArrayOutputStream();

  /** Adds a vector of 32-bit floats. */
  public Checkpoint with(String name, double... values) {
    return floats(name, new int[] {values.length}, values);
  }

  /** Adds a tensor of 32-bit floats. */
  public Checkpoint floats(String name, int[] shape, double... values) {
    ByteBuffer bytes = buffer(values.length * Float.BYTES);
    for (double value : values) {
      bytes.putFloat((float) value);
    }
    return add(name, "F32", shape, bytes);
  }

  /** Adds a tensor of 16-bit floats, which must hold the values exactly. */
  public Checkpoint halves(String name, int[] shape, double... values) {
    ByteBuffer bytes = buffer(values.length * Short.BYTES);
    for (double value : values) {
      bytes.putShort(half(value));
    }
    return add(name, "F16", shape, bytes);
  }

  /** Adds γ, β, μ and σ² of a batch normalization, one channel each. */
  public Checkpoint norm(String field, double gamma, double beta, double mean, double variance) {
    return with(field + ".weight", gamma)
        .with(field + ".bias", beta)
        .with(field + ".running_mean", mean)
        .with(field + ".running_var", variance);
  }

  public void write(Path file) throws IOException {
    byte[] json = ("{" + String.join(",", header) + "}").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = buffer(Long.BYTES + json.length + data.size());
    bytes.putLong(json.length).put(json).put(data.toByteArray());
    Files.write(file, bytes.array());
  }

  private Checkpoint add(String name, String type, int[] shape, ByteBuffer bytes) {
    int from = data.size();
    data.writeBytes(bytes.array());
    header.add(
        String.format(
            "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}",
            name, type, Arrays.toString(shape), from, data.size()));
    return this;
  }

  /** IEEE 754 binary16 of a normal number: a sign, 5 bits of exponent, 10 of fraction. */
  private static short half(double value) {
    int exponent = Math.getExponent(value);
    double fraction = (Math.abs(value) / Math.scalb(1, exponent) - 1) * 1024;
    assertWithMessage("%s is a normal half", value)
        .that(exponent >= -14 && exponent <= 15 && fraction == Math.rint(fraction))
        .isTrue();
    int sign = value < 0 ? 0x8000 : 0;
    return (short) (sign | exponent + 15 << 10 | (int) fraction);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
