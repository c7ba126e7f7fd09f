package dev.sinter.published;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes small messages of protobuf by hand: here its own classes must not be needed. */
final class Protobuf {
  private static final int LENGTH_DELIMITED = 2;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  /** A number below 128. */
  Protobuf put(int field, int value) {
    bytes.write(field << 3);
    bytes.write(value);
    return this;
  }

  Protobuf put(int field, String text) {
    return put(field, text.getBytes(StandardCharsets.UTF_8));
  }

  Protobuf put(int field, Protobuf message) {
    return put(field, message.bytes());
  }

  /** Floats as ONNX keeps them, little-endian. */
  Protobuf put(int field, float... values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    return put(field, raw.array());
  }

  byte[] bytes() {
    return bytes.toByteArray();
  }

  private Protobuf put(int field, byte[] content) {
    bytes.write(field << 3 | LENGTH_DELIMITED);
    for (int rest = content.length; ; rest >>>= 7) {
      boolean last = rest < 128;
      bytes.write(last ? rest : rest & 127 | 128);
      if (last) {
        break;
      }
    }
    bytes.writeBytes(content);
    return this;
  }
}
