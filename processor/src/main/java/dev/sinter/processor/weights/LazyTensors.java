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

  private final TreeMap<String, Decoder> decoders = new TreeMap<>();

  void put(String name, Decoder decoder) {
    decoders.put(name, decoder);
  }

  @Override
  public NavigableSet<String> names() {
    return Collections.unmodifiableNavigableSet(decoders.navigableKeySet());
  }

  @Override
  public Tensor read(String name) throws MalformedContainer {
    Decoder decoder = decoders.get(name);
    if (decoder == null) {
      throw new IllegalArgumentException("no tensor '" + name + "'");
    }
    return decoder.decode();
  }
}
