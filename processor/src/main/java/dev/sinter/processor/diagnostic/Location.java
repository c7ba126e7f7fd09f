package dev.sinter.processor.diagnostic;

import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/**
 * The place in a source file that a diagnostic is about, as exactly as it is known: an element, an
 * annotation on it, a value in that.
 */
public record Location(
    @Nullable Element element,
    @Nullable AnnotationMirror annotation,
    @Nullable AnnotationValue value) {

  /** No place in a source: the compilation as a whole. */
  public static final Location NOWHERE = new Location(null, null, null);

  public static Location of(Element element) {
    return new Location(element, null, null);
  }
}
