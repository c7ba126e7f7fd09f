package dev.sinter.vector;

import dev.sinter.kernel.Backend;
import dev.sinter.kernel.BackendProvider;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells whether this JVM can run the kernels of this package fast, without touching them. */
public final class VectorProvider implements BackendProvider {
  private static final String MODULE = "jdk.incubator.vector";

  /** What the service loader calls. */
  public VectorProvider() {}

  @Override
  public @Nullable String obstacle() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return "The module "
          + MODULE
          + " is not loaded. Start java with --add-modules "
          + MODULE
          + ".";
    }
    String vm = System.getProperty("java.vm.name", "");
    if (System.getProperty("java.vm.info", "").toLowerCase(Locale.ROOT).contains("interpreted")) {
      return "The JVM interprets only, which is slow for vectors. Leave out -Xint.";
    }
    if (!vm.contains("Server VM")) {
      return "Only HotSpot's server compiler makes fast code of vectors; this JVM is " + vm + ".";
    }
    return null; // what depends on the vectors' classes, the backend tells: they load for long
  }

  @Override
  public Backend backend() {
    return new VectorBackend();
  }
}
