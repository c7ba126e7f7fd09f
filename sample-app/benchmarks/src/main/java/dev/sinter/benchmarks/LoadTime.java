package dev.sinter.benchmarks;

import com.google.gson.JsonObject;
import java.nio.file.Path;

/**
 * How long a compiled network takes to load, once, in a JVM that has done nothing before: with all
 * its classes, its constants, and the kernels' own layout of them.
 */
final class LoadTime {
  private LoadTime() {}

  /** Arguments: network, and its jar. */
  public static void main(String[] arguments) {
    Subject subject = Subjects.of(arguments[0]);
    long start = System.nanoTime();
    String name = Workshop.load(subject, Path.of(arguments[1])).name();
    JsonObject result = new JsonObject();
    result.addProperty("millis", (System.nanoTime() - start) / 1e6);
    result.addProperty("java", System.getProperty("java.version"));
    result.addProperty("model", name);
    System.out.println(result);
  }
}
