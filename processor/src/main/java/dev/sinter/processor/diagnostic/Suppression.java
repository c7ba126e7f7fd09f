package dev.sinter.processor.diagnostic;

import java.util.Arrays;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;

/**
 * Warnings and notes that the source silences: {@code @SuppressWarnings("sinter:UnusedTensors")} on
 * the element a message stands at, on the network, or on a class around either. Errors are never
 * silenced.
 */
public final class Suppression {
  private static final String PREFIX = "sinter:";

  private Suppression() {}

  /** Whether a message about the network is silenced. */
  public static boolean silences(Diagnostic diagnostic, TypeElement network) {
    if (diagnostic.problem().severity() == Problem.Severity.ERROR) {
      return false;
    }
    Element element = diagnostic.location().element();
    String id = PREFIX + diagnostic.problem().id();
    // Without a place it is about the build, and no network may silence it for the others.
    return element != null && (isAround(element, id) || isAround(network, id));
  }

  private static boolean isAround(Element innermost, String id) {
    for (Element element = innermost; element != null; element = element.getEnclosingElement()) {
      SuppressWarnings annotation = element.getAnnotation(SuppressWarnings.class);
      if (annotation != null && Arrays.asList(annotation.value()).contains(id)) {
        return true;
      }
    }
    return false;
  }
}
