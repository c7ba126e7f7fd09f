package dev.sinter.processor.diagnostic;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code docs/diagnostics.md} tells of every {@link Problem}, with an example that it can say. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DiagnosticsPageTest {
  private static final Pattern HEADING = Pattern.compile("^### (.*)$", Pattern.MULTILINE);

  /** A heading, a block of code with the id and the text, and a paragraph. */
  private static final Pattern ENTRY =
      Pattern.compile(
          "^### (\\w+) \\((\\w+)\\)\n\n```\n\\[(\\w+)\\] ([^`]+)\n```\n\n(\\S[^\n]+\n)+$",
          Pattern.MULTILINE);

  /** What {@code report.Summary} puts together: as a format it is all of {@code Sinter}'s text. */
  private static final Pattern SUMMARY =
      Pattern.compile(
          "\\w+: (no BatchNorm|not folded \\(\\d+ BatchNorm\\)"
              + "|\\d+ of \\d+ BatchNorm folded, max error \\d\\.\\de[+-]\\d\\d);"
              + " [\\d.]+( [kMG])? parameters, [\\d.]+ [kMG]?MAC, arena [\\d.]+ [KM]iB,"
              + " (classes|resource) [\\d.]+ [KM]iB");

  /** What a format may hold beside plain text. */
  private static final Pattern PLACE = Pattern.compile("%(?:(\\d)\\$)?(s|d|\\.1e|%|n)");

  private final String page;

  DiagnosticsPageTest() throws IOException {
    page = Files.readString(Path.of("../docs/diagnostics.md"));
  }

  @Test
  void everyProblemHasOneHeadingAndThereAreNoOthers() {
    Stream<String> expected =
        Arrays.stream(Problem.values())
            .map(p -> p.id() + " (" + p.severity().name().toLowerCase(Locale.ROOT) + ")");
    assertThat(HEADING.matcher(page).results().map(heading -> heading.group(1)).toList())
        .containsExactlyElementsIn(expected.toList());
  }

  @ParameterizedTest
  @EnumSource
  void theExampleIsOneThatCanBeSaid(Problem problem) {
    List<MatchResult> entries =
        ENTRY.matcher(page).results().filter(e -> e.group(1).equals(problem.id())).toList();
    assertWithMessage("entries").that(entries).hasSize(1);
    assertThat(entries.get(0).group(3)).isEqualTo(problem.id());
    String example = onOneLine(entries.get(0).group(4));
    assertThat(example).matches(said(problem));
    if (problem == Problem.SINTER) {
      assertThat(example).matches(SUMMARY);
    }
  }

  /** Or every example would do. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "A layer cannot be called 'input': that is the name of the network's model. Rename the"
            + " field.",
        "A layer can be called 'input': that is the name of the network's input. Rename the field.",
        "A layer cannot be called 'input': that is the name of the network's input."
      })
  void otherTextIsNone(String text) {
    assertThat(text).doesNotMatch(said(Problem.RESERVED_NAME));
  }

  /** Every text that a format makes, on one line. */
  private static Pattern said(Problem problem) {
    String format = onOneLine(problem.format().replace("%n", " "));
    StringBuilder regex = new StringBuilder();
    Matcher place = PLACE.matcher(format);
    int end = 0;
    int next = 1; // of the places without a number
    int groups = 0; // of the arguments so far, in their order
    while (place.find()) {
      regex.append(Pattern.quote(format.substring(end, place.start())));
      end = place.end();
      if (place.group(2).equals("%")) {
        regex.append('%');
        continue;
      }
      int argument = place.group(1) == null ? next++ : Integer.parseInt(place.group(1));
      if (argument <= groups) {
        regex.append("\\").append(argument);
      } else {
        groups++;
        regex.append(values(place.group(2)));
      }
      assertWithMessage("arguments in order: %s", format).that(argument).isAtMost(groups);
    }
    regex.append(Pattern.quote(format.substring(end)));
    return Pattern.compile(regex.toString());
  }

  private static String values(String conversion) {
    return switch (conversion) {
      case "s" -> "(.*)";
      case "d" -> "(-?\\d+)";
      case ".1e" -> "(\\d\\.\\de[+-]\\d\\d)";
      default -> throw new AssertionError(conversion);
    };
  }

  private static String onOneLine(String text) {
    return text.strip().replaceAll("\\s+", " ");
  }
}
