package com.example;

import java.io.IOException;
import java.nio.*;
import java.nio.file.*;

final class Check {
  public static void main(String[] args) throws IOException {
    float[] expected = floats("y.f32");
    float[] actual = SinteredDigits.load().run(floats("x.f32"));
    double error = 0;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      error = Math.max(error, Math.abs(actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    System.out.println(error / largest);
  }

  static float[] floats(String file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(Path.of(file)));
    float[] values = new float[bytes.remaining() / 4];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return values;
  }
}
