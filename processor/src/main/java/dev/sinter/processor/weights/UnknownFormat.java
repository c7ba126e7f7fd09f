package dev.sinter.processor.weights;

/** Something was found that is in no format of {@link Containers#FORMATS}. */
public final class UnknownFormat extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownFormat(String where) {
    super(where);
  }
}
