package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.weights.SafetensorsHeader.Entry;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Hugging Face's format: the length of a JSON header in 8 bytes, the header, the tensors without
 * gaps or overlaps. A type of elements that is not known matters only to who reads such a tensor.
 *
 * @see <a href="https://github.com/huggingface/safetensors#format">The format</a>
 */
final class Safetensors implements ContainerFormat {
  private static final int PREFIX = 8;

  /** As the reference implementation has it. */
  private static final long LONGEST_HEADER = 100_000_000;

  @Override
  public boolean reads(Source source) {
    return source.isFile(".safetensors");
  }

  @Override
  public Container open(Source source) throws MalformedContainer {
    Bytes bytes = new Bytes(source.name(), source.bytes());
    long length = headerLength(bytes);
    int data = (int) (PREFIX + length);
    List<Entry> entries = SafetensorsHeader.read(bytes, PREFIX, length);
    checkContiguous(bytes, data, entries);
    LazyTensors tensors = new LazyTensors();
    for (Entry entry : entries) {
      checkSize(bytes, data, entry);
      tensors.put(entry.name(), () -> stored(entry), () -> decode(bytes, data, entry));
    }
    return tensors;
  }

  private static long headerLength(Bytes bytes) throws MalformedContainer {
    if (bytes.length() < PREFIX) {
      throw bytes.malformed(
          bytes.length(), "the file ends within the 8 bytes that tell the length of its header.");
    }
    long length = bytes.i64(0);
    int rest = bytes.length() - PREFIX;
    if (length < 0 || length > rest) {
      throw bytes.malformed(
          0,
          "the header is said to have "
              + Long.toUnsignedString(length)
              + " bytes, but only "
              + rest
              + " follow. The file is cut short, or no safetensors file.");
    }
    if (length > LONGEST_HEADER) {
      throw bytes.malformed(
          0, "the header has " + length + " bytes; the format allows " + LONGEST_HEADER + ".");
    }
    return length;
  }

  private static void checkContiguous(Bytes bytes, int data, List<Entry> entries)
      throws MalformedContainer {
    List<Entry> byPosition =
        entries.stream()
            .sorted(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end))
            .toList();
    int available = bytes.length() - data;
    String before = "the header";
    long end = 0;
    for (Entry entry : byPosition) {
      String name = "'" + entry.name() + "'";
      if (entry.begin() != end) {
        throw bytes.malformed(
            data + end,
            name
                + " begins at "
                + entry.begin()
                + " of the data and "
                + before
                + " ends at "
                + end
                + "; there must be neither gap nor overlap.");
      }
      if (entry.end() > available) {
        throw bytes.malformed(
            bytes.length(),
            name + " ends at " + entry.end() + " of the data, which are " + available + " bytes.");
      }
      before = name;
      end = entry.end();
    }
    if (end != available) {
      throw bytes.malformed(
          data + end,
          before + " ends at " + end + " of the data, and nothing claims what follows.");
    }
  }

  private static void checkSize(Bytes bytes, int data, Entry entry) throws MalformedContainer {
    Optional<ElementType> type = ElementType.named(entry.type());
    if (type.isEmpty()) {
      return;
    }
    BigInteger needed = type.get().bytes(entry.shape());
    long found = entry.end() - entry.begin();
    if (!needed.equals(BigInteger.valueOf(found))) {
      throw bytes.malformed(
          data + entry.begin(),
          "'"
              + entry.name()
              + "' has "
              + found
              + " bytes; "
              + entry.type()
              + " of shape "
              + entry.shape()
              + " takes "
              + needed
              + ".");
    }
  }

  private static Container.Stored stored(Entry entry) {
    return ElementType.named(entry.type())
        .map(type -> type.stored(entry.shape()))
        .orElse(new Container.Stored(entry.type(), entry.shape(), entry.end() - entry.begin()));
  }

  private static Tensor decode(Bytes bytes, int data, Entry entry) throws MalformedContainer {
    int start = (int) (data + entry.begin());
    Optional<ElementType> type = ElementType.named(entry.type());
    if (type.isEmpty()) {
      throw bytes.malformed(
          start,
          "'"
              + entry.name()
              + "' has elements of type "
              + entry.type()
              + "; Sinter reads "
              + Arrays.stream(ElementType.values())
                  .map(Enum::name)
                  .collect(Collectors.joining(", "))
              + ".");
    }
    return type.get().decode(entry.name(), entry.shape(), bytes, start, ByteOrder.LITTLE_ENDIAN);
  }
}
