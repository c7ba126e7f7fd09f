package dev.sinter.processor.emit;

import com.palantir.javapoet.ArrayTypeName;
import com.palantir.javapoet.ClassName;
import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;

/** Labels as string constants that together have a label a line. */
final class LabelText {
  /** Characters of a constant: each takes up to three bytes of the 65,535 that one may have. */
  private static final int CHARACTERS = 16_000;

  /** Literals that make one constant: compilers that do not join them as they read would nest. */
  private static final int LINES = 200;

  private LabelText() {}

  /** The method that gives them. */
  static MethodSpec method(String name, String output, List<String> labels) {
    List<CodeBlock> constants = constants(labels);
    if (constants.size() > ClassBaking.STRINGS_PER_METHOD) {
      throw new TooLargeToBake("has more labels than a class can hold: " + labels.size());
    }
    return MethodSpec.methodBuilder(name)
        .addJavadoc("The labels of {@code $L}, one a line.\n", output)
        .addModifiers(Modifier.PRIVATE, Modifier.STATIC)
        .returns(ArrayTypeName.of(ClassName.get(String.class)))
        .addCode("return new $T[] {$>\n", String.class)
        .addCode(CodeBlock.join(constants, ",\n"))
        .addCode("$<\n};\n")
        .build();
  }

  private static List<CodeBlock> constants(List<String> labels) {
    List<CodeBlock> constants = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    int characters = 0;
    for (String label : labels) {
      String rest = label + "\n";
      while (!rest.isEmpty()) {
        String line = rest.substring(0, Math.min(rest.length(), CHARACTERS));
        if (lines.size() == LINES || characters + line.length() > CHARACTERS) {
          constants.add(constant(lines));
          lines.clear();
          characters = 0;
        }
        lines.add(line);
        characters += line.length();
        rest = rest.substring(line.length());
      }
    }
    constants.add(constant(lines));
    return constants;
  }

  private static CodeBlock constant(List<String> lines) {
    List<CodeBlock> literals =
        lines.stream().map(line -> CodeBlock.of("$L", literal(line))).toList();
    return CodeBlock.join(literals, "\n    + ");
  }

  /** A literal in ASCII, whatever the encoding of sources is. */
  private static String literal(String text) {
    StringBuilder literal = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        literal.append("\\n");
      } else if (c == '"' || c == '\\') {
        literal.append('\\').append(c);
      } else if (c >= ' ' && c < 127) {
        literal.append(c);
      } else {
        literal.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    return literal.append('"').toString();
  }
}
