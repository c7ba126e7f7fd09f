package dev.sinter.processor.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/**
 * Constants as one resource: little-endian numbers, in the order in which the layers are loaded.
 * Each array takes a multiple of four bytes.
 */
final class ResourceBaking implements Baking {
  private static final String PARAMETER = "constants";

  private final List<Numbers> arrays = new ArrayList<>();

  @Override
  public CodeBlock array(List<MethodSpec> methods, String name, Numbers numbers) {
    arrays.add(numbers);
    return CodeBlock.of("$N.$L($L)", PARAMETER, numbers.width().reader(), numbers.size());
  }

  @Override
  public void parameters(MethodSpec.Builder method) {
    method.addParameter(RuntimeTypes.CONSTANTS, PARAMETER);
  }

  @Override
  public CodeBlock arguments() {
    return CodeBlock.of(", $N", PARAMETER);
  }

  long bytes() {
    return arrays.stream().mapToLong(ResourceBaking::bytes).sum();
  }

  private static long bytes(Numbers numbers) {
    return ((long) numbers.size() * numbers.width().bits() + 31) / 32 * Integer.BYTES;
  }

  long crc32() {
    CRC32 crc = new CRC32();
    try (OutputStream counted = new CheckedOutputStream(OutputStream.nullOutputStream(), crc)) {
      writeTo(counted);
    } catch (IOException impossible) {
      throw new AssertionError("a stream to nowhere does not fail", impossible);
    }
    return crc.getValue();
  }

  void writeTo(OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (Numbers numbers : arrays) {
      for (int i = 0; i < numbers.size(); i++) {
        if (!buffer.hasRemaining()) {
          out.write(buffer.array(), 0, buffer.position());
          buffer.clear();
        }
        put(buffer, numbers.width(), numbers.bits(i));
      }
      while (buffer.position() % Integer.BYTES != 0) {
        buffer.put((byte) 0);
      }
    }
    out.write(buffer.array(), 0, buffer.position());
  }

  private static void put(ByteBuffer buffer, Numbers.Width width, int bits) {
    switch (width) {
      case FLOAT -> buffer.putInt(bits);
      case HALF -> buffer.putShort((short) bits);
      case BYTE -> buffer.put((byte) bits);
    }
  }
}
