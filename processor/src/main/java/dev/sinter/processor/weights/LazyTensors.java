package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Tensor;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeMap;

/** A container whose tensors are decoded when they are read, each time anew. */
final class LazyTensors implements Container {

  /** Decodes one tensor. */
  interface Decoder {
    Tensor decode() throws MalformedContainer;
  }

  /** Reads what is said of one tensor. */
  interface Header {
    Stored read() throws MalformedContainer;
  }

  private record Entry(Header header, Decoder decoder) {}

  private final TreeMap<String, Entry> entries = new TreeMap<>();

  void put(String name, Header header, Decoder decoder) {
    entries.put(name, new Entry(header, decoder));
  }

  @Override
  public NavigableSet<String> names() {
    return Collections.unmodifiableNavigableSet(entries.navigableKeySet());
  }

  @Override
  public Stored stored(String name) throws MalformedContainer {
    return entry(name).header().read();
  }

  @Override
  public Tensor read(String name) throws MalformedContainer {
    return entry(name).decoder().decode();
  }

  private Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("no tensor '" + name + "'");
    }
    return entry;
  }
}
