package dev.sinter.processor;

import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Spelling;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The options of a build.
 *
 * @param weights the folders in which weights are looked for first
 * @param fold whether to fold
 */
record Options(List<Path> weights, boolean fold) {
  static final String WEIGHTS = "sinter.weights";
  static final String FOLD = "sinter.fold";
  private static final String PREFIX = "sinter.";

  static Set<String> names() {
    return new TreeSet<>(Set.of(WEIGHTS, FOLD));
  }

  /**
   * Reads the options that start with {@code sinter.}; others are not ours.
   *
   * @param found receives what is wrong with them
   */
  static Options of(Map<String, String> given, Diagnostics found) {
    for (String name : new TreeSet<>(given.keySet())) {
      if (name.startsWith(PREFIX) && !names().contains(name)) {
        found.add(
            Problem.UNKNOWN_OPTION.at(
                Location.NOWHERE, name, Spelling.hint(name, names()), String.join(", ", names())));
      }
    }
    String fold = given.getOrDefault(FOLD, "all");
    if (!fold.equals("all") && !fold.equals("none")) {
      found.add(Problem.BAD_OPTION.at(Location.NOWHERE, FOLD, fold, "all or none"));
    }
    return new Options(folders(given.getOrDefault(WEIGHTS, ""), found), fold.equals("all"));
  }

  private static List<Path> folders(String given, Diagnostics found) {
    List<Path> folders = new ArrayList<>();
    for (String folder : given.split(File.pathSeparator, -1)) {
      try {
        if (!folder.isBlank()) {
          folders.add(Path.of(folder).toAbsolutePath());
        }
      } catch (InvalidPathException invalid) {
        String expected = "folders, with '" + File.pathSeparator + "' between them";
        found.add(Problem.BAD_OPTION.at(Location.NOWHERE, WEIGHTS, given, expected));
      }
    }
    return folders;
  }
}
