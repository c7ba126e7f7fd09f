package dev.sinter.processor.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import dev.sinter.processor.ir.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;

/** Constants as one resource: little-endian floats, in the order in which the layers are loaded. */
final class ResourceBaking implements Baking {
  private static final String PARAMETER = "constants";

  private final List<Tensor> tensors = new ArrayList<>();

  @Override
  public CodeBlock floats(List<MethodSpec> methods, String name, Tensor tensor) {
    tensors.add(tensor);
    return CodeBlock.of("$N.next($L)", PARAMETER, tensor.size());
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
    return tensors.stream().mapToLong(Tensor::size).sum() * Float.BYTES;
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
    for (Tensor tensor : tensors) {
      for (int i = 0; i < tensor.size(); i++) {
        if (!buffer.hasRemaining()) {
          out.write(buffer.array(), 0, buffer.position());
          buffer.clear();
        }
        buffer.putFloat((float) tensor.get(i));
      }
    }
    out.write(buffer.array(), 0, buffer.position());
  }
}
