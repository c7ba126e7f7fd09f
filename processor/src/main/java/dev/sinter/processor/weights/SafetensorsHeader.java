package dev.sinter.processor.weights;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import dev.sinter.processor.ir.Shape;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the JSON header of a safetensors file. What it does not know, it refuses. */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  /**
   * What the header says of one tensor.
   *
   * @param type as it is written, whether known or not
   * @param begin of its bytes, counted from the end of the header
   * @param end after its bytes
   */
  record Entry(String name, String type, Shape shape, long begin, long end) {}

  private final Bytes bytes;
  private final long start;
  private final OneByOne text;
  private final JsonReader json;

  private SafetensorsHeader(Bytes bytes, long start, String text) {
    this.bytes = bytes;
    this.start = start;
    this.text = new OneByOne(text);
    this.json = new JsonReader(this.text);
    json.setStrictness(Strictness.STRICT);
  }

  /** The tensors in the order in which the header names them. */
  static List<Entry> read(Bytes bytes, long start, long length) throws MalformedContainer {
    String text = bytes.utf8(start, length);
    if (!text.startsWith("{")) {
      throw bytes.malformed(start, "the header must begin with '{', as a JSON object does.");
    }
    SafetensorsHeader header = new SafetensorsHeader(bytes, start, text);
    try {
      return header.entries();
    } catch (IOException e) {
      throw header.malformed("the header is not valid JSON there.");
    }
  }

  private List<Entry> entries() throws IOException, MalformedContainer {
    List<Entry> entries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String name = newName(names, "the header");
      if (name.equals(METADATA)) {
        skipMetadata();
      } else {
        entries.add(entry(name));
      }
    }
    json.endObject();
    expect(JsonToken.END_DOCUMENT, "what follows the header's object", "white space");
    return entries;
  }

  private void skipMetadata() throws IOException, MalformedContainer {
    Set<String> keys = new HashSet<>();
    expect(JsonToken.BEGIN_OBJECT, METADATA, "an object of strings");
    json.beginObject();
    while (json.hasNext()) {
      String key = newName(keys, METADATA);
      expect(JsonToken.STRING, "'" + key + "' in " + METADATA, "a string");
      json.skipValue();
    }
    json.endObject();
  }

  private Entry entry(String name) throws IOException, MalformedContainer {
    String subject = "'" + name + "'";
    String type = null;
    Shape shape = null;
    long[] offsets = null;
    expect(JsonToken.BEGIN_OBJECT, subject, "an object with dtype, shape and data_offsets");
    json.beginObject();
    Set<String> members = new HashSet<>();
    while (json.hasNext()) {
      String member = newName(members, subject);
      switch (member) {
        case "dtype" -> {
          expect(JsonToken.STRING, "the dtype of " + subject, "a string");
          type = json.nextString();
        }
        case "shape" -> shape = shape(subject);
        case "data_offsets" -> offsets = offsets(subject);
        default ->
            throw malformed(
                subject
                    + " has the member '"
                    + member
                    + "'; its members are dtype, shape and data_offsets.");
      }
    }
    json.endObject();
    offsets = present(offsets, subject, "data_offsets");
    return new Entry(
        name,
        present(type, subject, "dtype"),
        present(shape, subject, "shape"),
        offsets[0],
        offsets[1]);
  }

  private Shape shape(String subject) throws IOException, MalformedContainer {
    Extents extents = new Extents();
    expect(JsonToken.BEGIN_ARRAY, "the shape of " + subject, "an array");
    json.beginArray();
    while (json.hasNext()) {
      String extent = number("an extent of " + subject);
      if (!extents.add(extent)) {
        throw malformed(
            "the shape of " + subject + " cannot have the extent " + extent + "; " + Extents.RULE);
      }
    }
    json.endArray();
    return extents.shape();
  }

  private long[] offsets(String subject) throws IOException, MalformedContainer {
    String data = "the data_offsets of " + subject;
    expect(JsonToken.BEGIN_ARRAY, data, "an array");
    json.beginArray();
    long begin = offset(data);
    long end = offset(data);
    expect(JsonToken.END_ARRAY, "what follows " + data, "the end of the array");
    json.endArray();
    if (begin > end) {
      throw malformed(data + " are [" + begin + ", " + end + "], so it ends before it begins.");
    }
    return new long[] {begin, end};
  }

  private long offset(String data) throws IOException, MalformedContainer {
    String literal = number("each of " + data);
    // 18 digits fit a long and are more than any file has.
    if (!literal.matches("[0-9]{1,18}")) {
      throw malformed(data + " contain " + literal + ", which is no position in a file.");
    }
    return Long.parseLong(literal);
  }

  /** A number as it is written; Gson itself would take {@code 1.0} and {@code "1"} for integers. */
  private String number(String subject) throws IOException, MalformedContainer {
    expect(JsonToken.NUMBER, subject, "a number");
    return json.nextString();
  }

  private String newName(Set<String> before, String subject)
      throws IOException, MalformedContainer {
    String name = json.nextName();
    if (!before.add(name)) {
      throw malformed(subject + " has '" + name + "' twice.");
    }
    return name;
  }

  private <T> T present(@Nullable T value, String subject, String member)
      throws MalformedContainer {
    if (value == null) {
      throw malformed(subject + " has no " + member + ".");
    }
    return value;
  }

  private void expect(JsonToken expected, String subject, String description)
      throws IOException, MalformedContainer {
    if (json.peek() != expected) {
      throw malformed(subject + " must be " + description + ".");
    }
  }

  private MalformedContainer malformed(String message) {
    return bytes.malformed(start + text.lastRead(), message);
  }

  /** Gives characters one at a time, so that it knows how far the parser, which buffers, came. */
  private static final class OneByOne extends Reader {
    private final String text;
    private int next;

    OneByOne(String text) {
      this.text = text;
    }

    @Override
    public int read(char[] buffer, int offset, int length) {
      if (next == text.length()) {
        return -1;
      }
      buffer[offset] = text.charAt(next++);
      return 1;
    }

    /** The byte of the last character that was asked for. */
    long lastRead() {
      String before = text.substring(0, Math.max(0, next - 1));
      return before.getBytes(StandardCharsets.UTF_8).length;
    }

    @Override
    public void close() {}
  }
}
