package dev.sinter.processor;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Where classes come from. */
public final class Place {
  private Place() {}

  /** The jar, or the folder, that holds a class. */
  public static Path of(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
