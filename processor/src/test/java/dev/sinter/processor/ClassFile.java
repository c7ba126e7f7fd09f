package dev.sinter.processor;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * As much of a class file as the tests ask for. Libraries that read class files lag behind the JDK.
 *
 * @param methods bytes of bytecode by the name of the method; of overloads the longest
 * @param texts all names, descriptors and short strings of its constant pool
 * @see <a href="https://docs.oracle.com/javase/specs/jvms/se17/html/jvms-4.html">The format</a>
 */
record ClassFile(Map<String, Integer> methods, Set<String> texts) {
  static ClassFile read(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      in.skipNBytes(8);
      Map<Integer, String> texts = constants(in);
      in.skipNBytes(6);
      in.skipNBytes(2L * in.readUnsignedShort());
      members(in, texts);
      return new ClassFile(members(in, texts), Set.copyOf(texts.values()));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static Map<Integer, String> constants(DataInputStream in) throws IOException {
    Map<Integer, String> texts = new HashMap<>();
    int count = in.readUnsignedShort();
    for (int i = 1; i < count; i++) {
      int tag = in.readUnsignedByte();
      switch (tag) {
        case 1 -> texts.put(i, in.readUTF());
        case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipNBytes(4);
        case 5, 6 -> {
          in.skipNBytes(8);
          i++; // Takes two entries.
        }
        case 7, 8, 16, 19, 20 -> in.skipNBytes(2);
        case 15 -> in.skipNBytes(3);
        default -> throw new IOException("constant of kind " + tag);
      }
    }
    return texts;
  }

  /** Fields or methods, with the length of their code. */
  private static Map<String, Integer> members(DataInputStream in, Map<Integer, String> texts)
      throws IOException {
    Map<String, Integer> code = new HashMap<>();
    int count = in.readUnsignedShort();
    for (int i = 0; i < count; i++) {
      in.skipNBytes(2);
      String name = texts.get(in.readUnsignedShort());
      in.skipNBytes(2);
      int attributes = in.readUnsignedShort();
      for (int a = 0; a < attributes; a++) {
        String attribute = texts.get(in.readUnsignedShort());
        int length = in.readInt();
        if (attribute.equals("Code")) {
          in.skipNBytes(4);
          int bytes = in.readInt();
          code.merge(name, bytes, Math::max);
          length -= 8;
        }
        in.skipNBytes(length);
      }
    }
    return code;
  }
}
