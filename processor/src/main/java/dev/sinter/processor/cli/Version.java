package dev.sinter.processor.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version of the jar, as its manifest has it. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version =
        Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
            .orElse("(not packed)");
    return new String[] {"sinter " + version + ", Java " + Runtime.version()};
  }
}
