package dev.sinter.processor.diagnostic;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What has been found so far about one declaration. */
public final class Diagnostics {
  private final Set<Diagnostic> found = new LinkedHashSet<>();

  /** Adds a message; said again at the same place, it counts once. */
  public void add(Diagnostic diagnostic) {
    found.add(diagnostic);
  }

  public List<Diagnostic> all() {
    return List.copyOf(found);
  }

  public boolean hasErrors() {
    return found.stream().anyMatch(d -> d.problem().severity() == Problem.Severity.ERROR);
  }
}
