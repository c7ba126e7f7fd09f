package dev.sinter.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Offers another set of kernels. Found by {@link java.util.ServiceLoader}; {@code
 * sinter-runtime-vector} has one. Its class must load on every JVM, whatever its kernels need.
 */
public interface BackendProvider {
  /**
   * Why its kernels cannot run on this JVM and what to do about it, a sentence; null if they can.
   * Asked as a first model is loaded, so it must be quick.
   */
  @Nullable String obstacle();

  /** The kernels. Only where there is no obstacle. */
  Backend backend();
}
