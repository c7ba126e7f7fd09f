package dev.sinter.kernel;

import java.util.Iterator;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Which kernels run: those that the system property {@code sinter.backend} names, {@code scalar} or
 * {@code vector}; else the scalar ones first and, where there are others, those later, one by one.
 * The first choice of a JVM is logged, with its reason, and at level INFO where there are others
 * that cannot run, since somebody meant them to; where others take over, after a first answer, as
 * setting up the JDK's logging takes a while.
 */
final class BackendChoice {
  private static final String PROPERTY = "sinter.backend";
  private static final String MISSING =
      "sinter-runtime-vector is not on the class path. Add this artifact.";

  private static final AtomicBoolean SAID = new AtomicBoolean();

  /** What this class's loader finds, looked for when a first model is loaded. */
  private static final class Found {
    static final BackendChoice CHOICE = new BackendChoice();
  }

  private final Backend scalar = Backend.scalar();
  private final @Nullable BackendProvider provider; // if it can be used
  private final @Nullable String obstacle; // if not, why

  private BackendChoice() {
    BackendProvider found = null;
    String reason = MISSING;
    try {
      Iterator<BackendProvider> all =
          ServiceLoader.load(BackendProvider.class, BackendProvider.class.getClassLoader())
              .iterator();
      if (all.hasNext()) {
        found = all.next();
        reason = found.obstacle();
      }
    } catch (ServiceConfigurationError | LinkageError e) {
      reason = "Its kernels cannot be loaded: " + e + ".";
    }
    provider = reason == null ? found : null;
    obstacle = reason;
  }

  /** The kernels for a program. */
  static Backend make() {
    return Found.CHOICE.of(System.getProperty(PROPERTY));
  }

  private Backend of(@Nullable String forced) {
    BackendProvider other = provider;
    if (forced == null) {
      return other == null
          ? said(scalar, obstacle, MISSING.equals(obstacle) ? Level.CONFIG : Level.INFO)
          : new Takeover(
              new ScalarBackend(false),
              other.backend(),
              scalar,
              () -> said(scalar, "vector kernels take over when warm"));
    }
    if (forced.equals("scalar")) {
      return said(scalar, PROPERTY + " says so");
    }
    if (!forced.equals("vector")) {
      throw new IllegalStateException(
          "The system property "
              + PROPERTY
              + " is '"
              + forced
              + "'; it must be scalar or vector, or not be set.");
    }
    if (other == null) {
      throw impossible(obstacle);
    }
    Backend backend = other.backend();
    String reason = backend.obstacle();
    if (reason != null) {
      throw impossible(reason);
    }
    return said(backend, PROPERTY + " says so");
  }

  private static IllegalStateException impossible(@Nullable String obstacle) {
    return new IllegalStateException(
        "The system property " + PROPERTY + " is vector, which cannot be: " + obstacle);
  }

  private static Backend said(Backend backend, @Nullable String reason) {
    return said(backend, reason, Level.CONFIG);
  }

  private static Backend said(Backend backend, @Nullable String reason, Level level) {
    if (SAID.compareAndSet(false, true)) {
      Logger.getLogger("dev.sinter").log(level, backend.name() + " kernels: " + reason);
    }
    return backend;
  }
}
