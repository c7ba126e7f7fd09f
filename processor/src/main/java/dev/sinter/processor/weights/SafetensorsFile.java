package dev.sinter.processor.weights;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.sinter.processor.ir.Tensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Writes tensors as {@link Safetensors} reads them: F32, or F64 where a value needs it. */
public final class SafetensorsFile {
  private static final int PREFIX = 8;
  private static final int BUFFER = 1 << 16;

  private record Entry(String name, Tensor tensor, ElementType type) {
    Entry(String name, Tensor tensor) {
      this(name, tensor, isOfFloats(tensor) ? ElementType.F32 : ElementType.F64);
    }

    private static boolean isOfFloats(Tensor tensor) {
      for (int i = 0; i < tensor.size(); i++) {
        double value = tensor.get(i);
        if (Double.compare(value, (float) value) != 0) {
          return false;
        }
      }
      return true;
    }

    long bytes() {
      return (long) tensor.size() * type.size();
    }
  }

  private SafetensorsFile() {}

  /** Writes the file; the larger elements come first, so that all are aligned. */
  public static void write(Map<String, Tensor> tensors, OutputStream out) throws IOException {
    List<Entry> entries = new ArrayList<>();
    tensors.forEach((name, tensor) -> entries.add(new Entry(name, tensor)));
    entries.sort(
        Comparator.comparing((Entry entry) -> -entry.type().size()).thenComparing(Entry::name));
    byte[] header = header(entries).getBytes(StandardCharsets.UTF_8);
    ByteBuffer length = ByteBuffer.allocate(PREFIX).order(ByteOrder.LITTLE_ENDIAN);
    out.write(length.putLong(header.length).array());
    out.write(header);
    for (Entry entry : entries) {
      write(entry, out);
    }
  }

  private static String header(List<Entry> entries) {
    JsonObject header = new JsonObject();
    long end = 0;
    for (Entry entry : entries) {
      JsonArray shape = new JsonArray();
      entry.tensor().shape().extents().forEach(shape::add);
      JsonArray offsets = new JsonArray();
      offsets.add(end);
      end += entry.bytes();
      offsets.add(end);
      JsonObject tensor = new JsonObject();
      tensor.addProperty("dtype", entry.type().name());
      tensor.add("shape", shape);
      tensor.add("data_offsets", offsets);
      header.add(entry.name(), tensor);
    }
    String json = header.toString();
    int length = json.getBytes(StandardCharsets.UTF_8).length;
    return json + " ".repeat((PREFIX - length % PREFIX) % PREFIX);
  }

  private static void write(Entry entry, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < entry.tensor().size(); i++) {
      if (entry.type() == ElementType.F64) {
        buffer.putDouble(entry.tensor().get(i));
      } else {
        buffer.putFloat((float) entry.tensor().get(i));
      }
      if (buffer.remaining() < Double.BYTES) {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
    }
    out.write(buffer.array(), 0, buffer.position());
  }
}
