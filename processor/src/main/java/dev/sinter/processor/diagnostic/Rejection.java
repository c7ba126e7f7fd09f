package dev.sinter.processor.diagnostic;

/** Ends the work on one declaration, with the reason that its author is told. */
public final class Rejection extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Diagnostic diagnostic;

  public Rejection(Diagnostic diagnostic) {
    super(diagnostic.toString());
    this.diagnostic = diagnostic;
  }

  public Diagnostic diagnostic() {
    return diagnostic;
  }
}
