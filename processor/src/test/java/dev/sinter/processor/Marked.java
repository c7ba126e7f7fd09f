package dev.sinter.processor;

import com.google.testing.compile.Compilation;
import dev.sinter.processor.diagnostic.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;

/**
 * Sources in which ①, ②, … mark places, and what Sinter says about them: {@code "① [Id] text"} for
 * a message at the first. Marks are taken out before the sources are compiled.
 */
final class Marked {
  private record Place(String file, long line, long column) {}

  private final Map<Place, Character> marks = new LinkedHashMap<>();
  private final List<JavaFileObject> sources = new ArrayList<>();

  /** The network of {@link Networks#network}, with marks. */
  static Marked network(String arguments, String fields) {
    return source("p.X", Networks.text(arguments, fields));
  }

  static Marked source(String name, String text) {
    return new Marked().and(name, text);
  }

  /** With another source. */
  Marked and(String name, String text) {
    String file = name.replace('.', '/') + ".java";
    StringBuilder plain = new StringBuilder();
    long line = 1;
    long column = 1;
    for (char c : text.toCharArray()) {
      if (c >= '①' && c <= '⑳') {
        marks.put(new Place(file, line, column), c);
      } else {
        plain.append(c);
        line += c == '\n' ? 1 : 0;
        column = c == '\n' ? 1 : column + 1;
      }
    }
    sources.add(Networks.source(name, plain.toString()));
    return this;
  }

  JavaFileObject[] sources() {
    return sources.toArray(JavaFileObject[]::new);
  }

  /** All messages of these kinds that Sinter said, each with its mark, in the order of saying. */
  List<String> said(Compilation compilation, Diagnostic.Kind... kinds) {
    return compilation.diagnostics().stream()
        .filter(d -> Arrays.asList(kinds).contains(d.getKind()))
        .filter(d -> problem(d).isPresent())
        .map(d -> mark(d) + d.getMessage(Locale.ROOT))
        .toList();
  }

  /** What a message is about: {@code WEIGHT_SHAPE} for {@code [WeightShape] …}. */
  static Optional<Problem> problem(Diagnostic<?> diagnostic) {
    String text = diagnostic.getMessage(Locale.ROOT);
    return Arrays.stream(Problem.values())
        .filter(problem -> text.startsWith("[" + problem.id() + "] "))
        .findFirst();
  }

  private String mark(Diagnostic<? extends JavaFileObject> diagnostic) {
    if (diagnostic.getSource() == null) {
      return "";
    }
    String file = diagnostic.getSource().getName().replaceFirst("^/", "");
    Place place = new Place(file, diagnostic.getLineNumber(), diagnostic.getColumnNumber());
    Character mark = marks.get(place);
    return (mark == null ? place.toString() : mark.toString()) + " ";
  }
}
