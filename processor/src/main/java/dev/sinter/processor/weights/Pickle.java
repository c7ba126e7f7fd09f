package dev.sinter.processor.weights;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Python's pickle, as far as checkpoints need it: a machine with a stack. It makes dictionaries,
 * lists, numbers, texts and descriptions of tensors, and runs nothing: a function or class that is
 * none of those is refused by its name.
 *
 * @see <a href="https://github.com/python/cpython/blob/main/Lib/pickletools.py">The opcodes</a>
 */
final class Pickle {
  /** Python's None, and whatever does not matter to tensors. */
  record Nothing() {}

  /** A function or class by its full name. */
  record Name(String text) {}

  /** What tensors are cut from. */
  record Storage(ElementType type, String key, long elements) {}

  /** A tensor as it is described. */
  record Cut(Storage storage, long offset, List<?> size, List<?> stride) {}

  /** Where a list of operands begins. */
  private record Mark() {}

  private static final Nothing NOTHING = new Nothing();
  private static final Mark MARK = new Mark();
  private static final String DICTIONARY = "collections.OrderedDict";
  private static final String TENSOR = "torch._utils._rebuild_tensor_v2";
  private static final String PARAMETER = "torch._utils._rebuild_parameter";
  private static final Pattern STORAGE = Pattern.compile("torch\\.([A-Z][A-Za-z0-9]*)Storage");

  private static final Map<String, ElementType> TYPES =
      Map.ofEntries(
          Map.entry("Double", ElementType.F64),
          Map.entry("Float", ElementType.F32),
          Map.entry("Half", ElementType.F16),
          Map.entry("BFloat16", ElementType.BF16),
          Map.entry("Long", ElementType.I64),
          Map.entry("Int", ElementType.I32),
          Map.entry("Short", ElementType.I16),
          Map.entry("Char", ElementType.I8),
          Map.entry("Byte", ElementType.U8),
          Map.entry("Bool", ElementType.BOOL));

  private final Bytes bytes;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private long at;

  private Pickle(Bytes bytes) {
    this.bytes = bytes;
  }

  /** The object that these bytes describe. */
  static Object read(Bytes bytes) throws MalformedContainer {
    Pickle pickle = new Pickle(bytes);
    while (!pickle.step()) {
      // Each step takes a byte at least.
    }
    return pickle.pop();
  }

  /** Runs one instruction; says whether it was the last. */
  private boolean step() throws MalformedContainer {
    long start = at;
    int code = bytes.u8(at++);
    switch (code) {
      case 0x80 -> at++; // the protocol
      case 0x95 -> at += 8; // a frame
      case '.' -> {
        return true;
      }
      case '(' -> stack.push(MARK);
      case '0' -> pop();
      case '1' -> marked();
      case '2' -> stack.push(peek());
      case 'N' -> stack.push(NOTHING);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'K', 'M', 'J', 0x8a, 'G' -> number(code);
      case 'X', 0x8c, 'U', 'T', 'C', 'B' -> stack.push(text(code));
      case '}' -> stack.push(new LinkedHashMap<Object, Object>());
      case ']' -> stack.push(new ArrayList<>());
      case ')' -> stack.push(List.of());
      case 't' -> stack.push(Collections.unmodifiableList(marked()));
      case 0x85, 0x86, 0x87 -> tuple(code - 0x84);
      case 'a' -> append(List.of(pop()));
      case 'e' -> append(marked());
      case 's' -> {
        Object value = pop();
        put(List.of(pop(), value));
      }
      case 'u' -> put(marked());
      case 'q' -> memo.put((long) bytes.u8(at++), peek());
      case 'r' -> memo.put(word(), peek());
      case 0x94 -> memo.put((long) memo.size(), peek());
      case 'h' -> recall(bytes.u8(at++));
      case 'j' -> recall(word());
      case 'c' -> name(line() + "." + line(), start);
      case 0x93 -> {
        if (!(pop() instanceof String name) || !(pop() instanceof String module)) {
          throw malformed("it names a function or class by something that is no text.");
        }
        name(module + "." + name, start);
      }
      case 'Q' -> stack.push(storage(pop()));
      case 'R' -> {
        Object arguments = pop();
        stack.push(call(pop(), arguments));
      }
      // A dictionary's own attributes; PyTorch keeps the versions of its layers there.
      case 'b' -> {
        pop();
        if (!(peek() instanceof Map)) {
          throw malformed("it sets attributes of something that is no dictionary.");
        }
      }
      default ->
          throw bytes.malformed(
              start,
              "instruction 0x"
                  + Integer.toHexString(code)
                  + " of the pickle is none that a state_dict needs.");
    }
    return false;
  }

  private void number(int code) throws MalformedContainer {
    switch (code) {
      case 'K' -> stack.push((long) bytes.u8(at++));
      case 'M' -> {
        stack.push((long) bytes.u16(at));
        at += 2;
      }
      case 'J' -> stack.push((long) (int) word());
      case 'G' -> {
        long bits = Long.reverseBytes(bytes.i64(at));
        at += 8;
        stack.push(Double.longBitsToDouble(bits));
      }
      default -> {
        // Little-endian, in as many bytes as needed.
        int length = bytes.u8(at++);
        if (length > 8) {
          throw malformed("there is an integer of " + length + " bytes; 8 is the most.");
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
          value |= (long) bytes.u8(at + i) << (8 * i);
        }
        int unused = 64 - 8 * length;
        at += length;
        stack.push(length == 0 ? 0L : value << unused >> unused);
      }
    }
  }

  /** Texts; bytes are none, and stand for nothing. */
  private Object text(int code) throws MalformedContainer {
    boolean isShort = code == 0x8c || code == 'U' || code == 'C';
    long length = isShort ? bytes.u8(at++) : word();
    boolean isText = code == 'X' || code == 0x8c;
    long start = at;
    at += length;
    if (at > bytes.length()) {
      throw malformed("the pickle ends within a text.");
    }
    return isText ? bytes.utf8(start, length) : NOTHING;
  }

  private String line() throws MalformedContainer {
    long start = at;
    while (bytes.u8(at++) != '\n') {
      // The end is the end of the line.
    }
    return bytes.utf8(start, at - 1 - start);
  }

  private long word() throws MalformedContainer {
    long word = bytes.u32(at);
    at += 4;
    return word;
  }

  private void tuple(int size) throws MalformedContainer {
    Object[] items = new Object[size];
    for (int i = size - 1; i >= 0; i--) {
      items[i] = pop();
    }
    stack.push(List.of(items));
  }

  private void append(List<?> items) throws MalformedContainer {
    if (!(peek() instanceof ArrayList<?> list)) {
      throw malformed("it appends to something that is no list.");
    }
    @SuppressWarnings("unchecked") // Lists are only made here, for anything.
    List<Object> any = (List<Object>) list;
    any.addAll(items);
  }

  private void put(List<?> items) throws MalformedContainer {
    if (!(peek() instanceof LinkedHashMap<?, ?> map) || items.size() % 2 != 0) {
      throw malformed("it puts something into what is no dictionary.");
    }
    @SuppressWarnings("unchecked") // Dictionaries are only made here, for anything.
    Map<Object, Object> any = (Map<Object, Object>) map;
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String) && !(key instanceof Long)) {
        throw malformed("a key of a dictionary is neither a text nor a number.");
      }
      any.put(key, items.get(i + 1));
    }
  }

  private void recall(long index) throws MalformedContainer {
    Object known = memo.get(index);
    if (known == null) {
      throw malformed("it recalls value " + index + ", which was not stored.");
    }
    stack.push(known);
  }

  /** Only names that make tensors and dictionaries may even be mentioned. */
  private void name(String name, long start) throws MalformedContainer {
    boolean known =
        name.equals(DICTIONARY)
            || name.equals(TENSOR)
            || name.equals(PARAMETER)
            || STORAGE.matcher(name).matches();
    if (!known) {
      throw bytes.malformed(
          start,
          "it would make or call '"
              + name
              + "'; Sinter constructs only tensors, dictionaries and numbers. Save"
              + " model.state_dict() alone.");
    }
    stack.push(new Name(name));
  }

  private Storage storage(Object id) throws MalformedContainer {
    if (id instanceof List<?> parts
        && parts.size() == 5
        && parts.get(1) instanceof Name name
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long elements) {
      String type = STORAGE.matcher(name.text()).replaceAll("$1");
      ElementType known = TYPES.get(type);
      if (known == null) {
        throw malformed("a tensor has elements of type " + type + ", which Sinter does not read.");
      }
      return new Storage(known, key, elements);
    }
    throw malformed("it refers to something that is no storage of a tensor.");
  }

  private Object call(Object function, Object arguments) throws MalformedContainer {
    if (function instanceof Name name && arguments instanceof List<?> given) {
      if (name.text().equals(DICTIONARY) && given.isEmpty()) {
        return new LinkedHashMap<Object, Object>();
      }
      if (name.text().equals(PARAMETER) && !given.isEmpty() && given.get(0) instanceof Cut cut) {
        return cut;
      }
      if (name.text().equals(TENSOR)
          && given.size() >= 4
          && given.get(0) instanceof Storage storage
          && given.get(1) instanceof Long offset
          && given.get(2) instanceof List<?> size
          && given.get(3) instanceof List<?> stride) {
        return new Cut(storage, offset, size, stride);
      }
    }
    throw malformed("it calls something with other arguments than PyTorch does.");
  }

  private Object peek() throws MalformedContainer {
    Object top = stack.peek();
    if (top == null || top == MARK) {
      throw malformed("it takes a value from an empty stack.");
    }
    return top;
  }

  private Object pop() throws MalformedContainer {
    Object top = peek();
    stack.pop();
    return top;
  }

  /** What lies above the last mark, in the order in which it came. */
  private List<Object> marked() throws MalformedContainer {
    List<Object> items = new ArrayList<>();
    while (stack.peek() != MARK) {
      items.add(pop());
    }
    stack.pop();
    Collections.reverse(items);
    return items;
  }

  private MalformedContainer malformed(String reason) {
    return bytes.malformed(at, reason);
  }
}
