package dev.sinter.processor.weights;

import dev.sinter.processor.ir.Shape;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code .npy} file says of its array: a Python dict with the keys descr, fortran_order and
 * shape.
 *
 * @param dtype as NumPy writes it: {@code "<f4"}
 * @param fortranOrder whether the first axis runs fastest, not the last
 */
record NpyHeader(String dtype, boolean fortranOrder, Shape shape) {

  /** Reads the dict, and nothing else, from these bytes. */
  static NpyHeader read(Bytes bytes, int start, int length) throws MalformedContainer {
    return new Parser(bytes, start, start + length).dict();
  }

  /** Of Python's literals, those that can stand in such a dict. */
  private static final class Parser {
    private final Bytes bytes;
    private final int end;
    private int at;

    Parser(Bytes bytes, int start, int end) {
      this.bytes = bytes;
      this.at = start;
      this.end = end;
    }

    NpyHeader dict() throws MalformedContainer {
      String dtype = null;
      Boolean fortranOrder = null;
      Shape shape = null;
      expect('{');
      while (!next('}')) {
        int start = at;
        String key = string();
        expect(':');
        if (key.equals("descr") && dtype == null) {
          dtype = dtype();
        } else if (key.equals("fortran_order") && fortranOrder == null) {
          fortranOrder = truth();
        } else if (key.equals("shape") && shape == null) {
          shape = shape();
        } else {
          throw bytes.malformed(
              start,
              "the header has the key '"
                  + key
                  + "'; its keys are descr, fortran_order and shape, each once.");
        }
        if (!next(',')) {
          expect('}');
          break;
        }
      }
      peek();
      if (at < end) {
        throw unexpected("the end of the header");
      }
      return new NpyHeader(
          present(dtype, "descr"), present(fortranOrder, "fortran_order"), present(shape, "shape"));
    }

    private String dtype() throws MalformedContainer {
      char first = peek();
      if (first == '[' || first == '(' || first == '{') {
        throw bytes.malformed(
            at, "it is a structured array; save each of its fields as an array of its own.");
      }
      return string();
    }

    private boolean truth() throws MalformedContainer {
      int start = at;
      String word = word();
      if (!word.equals("True") && !word.equals("False")) {
        throw bytes.malformed(start, "fortran_order must be True or False.");
      }
      return word.equals("True");
    }

    private Shape shape() throws MalformedContainer {
      Extents extents = new Extents();
      expect('(');
      while (!next(')')) {
        int start = at;
        String literal = word();
        // NumPy on Python 2 wrote 3L.
        String extent =
            literal.endsWith("L") ? literal.substring(0, literal.length() - 1) : literal;
        if (!extents.add(extent)) {
          throw bytes.malformed(
              start, "the shape cannot have the extent '" + literal + "'; " + Extents.RULE);
        }
        if (!next(',')) {
          // A single number in parentheses is no tuple.
          if (extents.shape().rank() == 1) {
            throw unexpected("','");
          }
          expect(')');
          break;
        }
      }
      return extents.shape();
    }

    private String string() throws MalformedContainer {
      char quote = peek();
      if (quote != '\'' && quote != '"') {
        throw unexpected("a string");
      }
      int start = ++at;
      while (at < end && bytes.array()[at] != quote && bytes.array()[at] != '\\') {
        at++;
      }
      String string = text(start);
      if (!next(quote)) {
        throw unexpected("the end of the string");
      }
      return string;
    }

    /** Letters and digits, with a sign or without. */
    private String word() {
      boolean signed = peek() == '-' || peek() == '+';
      int start = at;
      at += signed ? 1 : 0;
      while (at < end && Character.isLetterOrDigit(bytes.array()[at] & 0xFF)) {
        at++;
      }
      return text(start);
    }

    private String text(int start) {
      return new String(bytes.array(), start, at - start, StandardCharsets.ISO_8859_1);
    }

    private boolean next(char expected) {
      boolean found = peek() == expected && at < end;
      at += found ? 1 : 0;
      return found;
    }

    private void expect(char expected) throws MalformedContainer {
      if (!next(expected)) {
        throw unexpected("'" + expected + "'");
      }
    }

    /** The next character that is no white space, or 0 at the end. */
    private char peek() {
      while (at < end && " \t\r\n".indexOf(bytes.array()[at]) >= 0) {
        at++;
      }
      return at < end ? (char) (bytes.array()[at] & 0xFF) : '\0';
    }

    private MalformedContainer unexpected(String expected) {
      return bytes.malformed(at, "the header must have " + expected + " there.");
    }

    private <T> T present(@Nullable T value, String key) throws MalformedContainer {
      if (value == null) {
        throw bytes.malformed(at, "the header has no " + key + ".");
      }
      return value;
    }
  }
}
