package dev.sinter.processor.emit;

import com.palantir.javapoet.JavaFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * What is written for one network.
 *
 * @param sources the network's class, then its layers in order, then perhaps its self-test
 * @param resource the constants, unless the classes hold them
 */
public record Output(List<JavaFile> sources, Optional<Resource> resource) {

  /**
   * A file beside the classes.
   *
   * @param packageName empty for the default package
   * @param bytes its length
   */
  public record Resource(String packageName, String name, long bytes, Content content) {}

  /** Writes a resource; may be asked more than once. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }
}
