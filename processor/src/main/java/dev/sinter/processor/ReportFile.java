package dev.sinter.processor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/** Writes a report whole or not at all: a reader never meets half of it. */
final class ReportFile {
  private ReportFile() {}

  static void write(Path file, String text) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file in no folder");
    Files.createDirectories(folder);
    Path growing = folder.resolve(file.getFileName() + ".tmp");
    try {
      Files.write(growing, text.getBytes(StandardCharsets.UTF_8));
      Files.move(growing, file, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(growing);
    }
  }
}
