package dev.sinter.processor;

import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.diagnostic.Problem;
import dev.sinter.processor.diagnostic.Spelling;
import dev.sinter.processor.report.Report;
import java.io.File;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The options of a build.
 *
 * @param weights the folders in which weights are looked for first
 * @param fold whether to fold
 * @param report the folder for reports, if they are wanted
 * @param formats how they are written
 * @param selfTest whether to generate self-tests
 * @param calibration images on which quantization is measured, or a folder of them, if there are
 *     any
 * @param maxQuantizationError how much quantization may change the outputs, relative to the largest
 */
record Options(
    List<Path> weights,
    boolean fold,
    Optional<Path> report,
    Set<Report.Format> formats,
    boolean selfTest,
    Optional<Path> calibration,
    OptionalDouble maxQuantizationError) {
  static final String WEIGHTS = "sinter.weights";
  static final String FOLD = "sinter.fold";
  static final String REPORT = "sinter.report";
  static final String REPORT_FORMAT = "sinter.report.format";
  static final String SELF_TEST = "sinter.selftest";
  static final String CALIBRATION = "sinter.calibration";
  static final String MAX_QUANTIZATION_ERROR = "sinter.maxQuantizationError";
  private static final String PREFIX = "sinter.";
  private static final String FORMATS = "html, json or html,json";

  static Set<String> names() {
    return new TreeSet<>(
        Set.of(
            WEIGHTS, FOLD, REPORT, REPORT_FORMAT, SELF_TEST, CALIBRATION, MAX_QUANTIZATION_ERROR));
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
    String selfTest = given.getOrDefault(SELF_TEST, "false");
    if (!selfTest.equals("true") && !selfTest.equals("false")) {
      found.add(Problem.BAD_OPTION.at(Location.NOWHERE, SELF_TEST, selfTest, "true or false"));
    }
    String reports = given.getOrDefault(REPORT, "");
    Optional<Path> report = folder(REPORT, reports, reports, "a folder", found);
    boolean alone = reports.isBlank() && given.containsKey(REPORT_FORMAT);
    if (alone) {
      String expected = "given together with -A" + REPORT + "=FOLDER, as " + FORMATS;
      found.add(
          Problem.BAD_OPTION.at(
              Location.NOWHERE, REPORT_FORMAT, given.get(REPORT_FORMAT), expected));
    }
    return new Options(
        folders(given.getOrDefault(WEIGHTS, ""), found),
        fold.equals("all"),
        report,
        formats(alone ? "html" : given.getOrDefault(REPORT_FORMAT, "html"), found),
        selfTest.equals("true"),
        calibration(given.getOrDefault(CALIBRATION, ""), found),
        limit(given.get(MAX_QUANTIZATION_ERROR), found));
  }

  private static Optional<Path> calibration(String given, Diagnostics found) {
    return folder(CALIBRATION, given, given, "a file or a folder", found);
  }

  private static OptionalDouble limit(@Nullable String given, Diagnostics found) {
    if (given == null) {
      return OptionalDouble.empty();
    }
    try {
      double limit = Double.parseDouble(given);
      if (limit >= 0) {
        return OptionalDouble.of(limit);
      }
    } catch (NumberFormatException noNumber) {
      // Said below.
    }
    String expected = "a number of at least 0, as 0.01";
    found.add(Problem.BAD_OPTION.at(Location.NOWHERE, MAX_QUANTIZATION_ERROR, given, expected));
    return OptionalDouble.empty();
  }

  private static Set<Report.Format> formats(String given, Diagnostics found) {
    Set<Report.Format> formats = EnumSet.noneOf(Report.Format.class);
    for (String name : given.split(",", -1)) {
      Stream.of(Report.Format.values())
          .filter(format -> format.name().equalsIgnoreCase(name.strip()))
          .findFirst()
          .ifPresentOrElse(
              formats::add,
              () ->
                  found.add(
                      Problem.BAD_OPTION.at(Location.NOWHERE, REPORT_FORMAT, given, FORMATS)));
    }
    return formats;
  }

  private static List<Path> folders(String given, Diagnostics found) {
    String expected = "folders, with '" + File.pathSeparator + "' between them";
    List<Path> folders = new ArrayList<>();
    for (String name : given.split(File.pathSeparator, -1)) {
      folder(WEIGHTS, given, name, expected, found).ifPresent(folders::add);
    }
    return folders;
  }

  /** A file, or one of the folders, that an option was given; nothing for a blank name. */
  private static Optional<Path> folder(
      String option, String given, String name, String expected, Diagnostics found) {
    try {
      return name.isBlank() ? Optional.empty() : Optional.of(Path.of(name).toAbsolutePath());
    } catch (InvalidPathException invalid) {
      found.add(Problem.BAD_OPTION.at(Location.NOWHERE, option, given, expected));
      return Optional.empty();
    }
  }
}
