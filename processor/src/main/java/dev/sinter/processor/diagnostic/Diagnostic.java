package dev.sinter.processor.diagnostic;

/** One message at one place. */
public record Diagnostic(Problem problem, String text, Location location) {
  /** As it is printed: {@code [WeightShape] 'conv1.weight' in …}. */
  @Override
  public String toString() {
    return "[" + problem.id() + "] " + text;
  }
}
