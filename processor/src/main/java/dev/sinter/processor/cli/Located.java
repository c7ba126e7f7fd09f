package dev.sinter.processor.cli;

import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Rejection;
import dev.sinter.processor.diagnostic.Spelling;
import dev.sinter.processor.weights.Container;
import dev.sinter.processor.weights.ContainerNotFound;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import dev.sinter.processor.weights.MalformedContainer;
import dev.sinter.processor.weights.UnknownFormat;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file or folder that was named, as the compiler would find it.
 *
 * @param written as it was named
 * @param locator looks in its folder
 * @param name of it there, which messages use
 */
record Located(Path written, Locator locator, String name) {

  /** Requires that there is something of this name. */
  static Located of(Path written) throws Rejection {
    Path path = written.toAbsolutePath().normalize();
    Path folder = path.getParent();
    if (folder == null || !Files.exists(path)) {
      throw absent(written, folder);
    }
    Locator locator = new Locator(List.of(new DirectoryPlace(folder)), "");
    return new Located(written, locator, String.valueOf(path.getFileName()));
  }

  private static Rejection absent(Path written, @Nullable Path folder) {
    String name = String.valueOf(written.getFileName());
    String hint =
        folder == null ? "" : Spelling.hint(name, new DirectoryPlace(folder).beside(name));
    return Problem.NO_SUCH_FILE.reject(Location.NOWHERE, written, hint);
  }

  /** Its tensors. */
  Container container() throws Rejection {
    try {
      return locator.open(name).container();
    } catch (ContainerNotFound gone) {
      throw Problem.NO_SUCH_FILE.reject(Location.NOWHERE, written, "");
    } catch (UnknownFormat unknown) {
      throw Problem.CONTAINER_FORMAT.reject(Location.NOWHERE, unknown.getMessage());
    } catch (MalformedContainer malformed) {
      throw rejected(malformed);
    }
  }

  /** Why something could not be read or written. */
  static String reason(IOException failed) {
    return failed instanceof FileSystemException system && system.getReason() == null
        ? failed.getClass().getSimpleName() + ": " + failed.getMessage()
        : String.valueOf(failed.getMessage());
  }

  static Rejection rejected(MalformedContainer malformed) {
    return Problem.MALFORMED_FILE.reject(
        Location.NOWHERE, malformed.file(), malformed.position(), malformed.getMessage());
  }
}
