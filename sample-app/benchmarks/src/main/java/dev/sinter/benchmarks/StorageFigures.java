package dev.sinter.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What a network is like with its weights stored in one way, but for time. */
final class StorageFigures {
  private StorageFigures() {}

  /** The bytes of its jar, unpacked, and what the compiler measured. */
  static JsonObject of(Workshop workshop, Subject subject, String storage) throws IOException {
    JsonObject figures = new JsonObject();
    figures.addProperty("network", subject.name());
    figures.addProperty("storage", storage);
    figures.addProperty("java", System.getProperty("java.version"));
    figures.addProperty("bytes", bytes(workshop.stored(subject, storage)));
    JsonObject report =
        new Gson().fromJson(Files.readString(workshop.report(subject, storage)), JsonObject.class);
    figures.addProperty("constants", report.getAsJsonObject("compiled").get("bytes").getAsLong());
    if (report.has("quantization")) {
      JsonObject measured = report.getAsJsonObject("quantization");
      for (String name : new String[] {"images", "weights", "outputs", "largestChange"}) {
        figures.add(name, measured.get(name));
      }
    }
    return figures;
  }

  private static long bytes(Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.stream().mapToLong(ZipEntry::getSize).sum();
    }
  }
}
