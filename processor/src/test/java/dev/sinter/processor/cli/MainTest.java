package dev.sinter.processor.cli;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all commands have in common. */
class MainTest {
  /** The class that the jar's manifest names is there, and can be started. */
  @Test
  void manifestNamesTheMainClass() throws Exception {
    String pom = Files.readString(Path.of("pom.xml"));
    Matcher named = Pattern.compile("<mainClass>(.*)</mainClass>").matcher(pom);
    assertThat(named.find()).isTrue();
    var main = Class.forName(named.group(1)).getMethod("main", String[].class);
    assertThat(Modifier.isStatic(main.getModifiers())).isTrue();
    assertThat(main.getDeclaringClass()).isEqualTo(Main.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "inspect", "fold", "scaffold"})
  void helpHasPurposeExampleAndExitCodes(String command) {
    List<String> words = command.isEmpty() ? List.of("--help") : List.of(command, "--help");
    Ran ran = Ran.of(words.toArray());
    assertThat(ran.code()).isEqualTo(0);
    assertThat(ran.err()).isEmpty();
    String name = command.isEmpty() ? "sinter" : "sinter " + command;
    assertThat(ran.out()).startsWith("Usage: " + name + " ");
    assertThat(ran.out()).contains("Example: sinter " + command);
    assertThat(ran.out()).containsMatch("Exit codes:\n +0 +done\n +1 +a file.*\n +2 +the command");
    ran.out().lines().forEach(line -> assertWithMessage(line).that(line.length()).isAtMost(80));
  }

  @Test
  void versionIsToldByEachCommand() {
    Ran ran = Ran.of("--version");
    assertThat(ran.code()).isEqualTo(0);
    assertThat(ran.out())
        .matches("sinter .*, Java " + Pattern.quote("" + Runtime.version()) + "\n");
    assertThat(Ran.of("fold", "--version")).isEqualTo(ran);
  }

  @Test
  void wrongCommandLinesAreOneLineEachAndWhereToReadMore() {
    assertThat(Ran.of())
        .isEqualTo(new Ran(2, "", "sinter: Missing required subcommand\nTry 'sinter --help'.\n"));
    assertThat(Ran.of("inspekt"))
        .isEqualTo(
            new Ran(
                2,
                "",
                """
                sinter: Unmatched argument at index 0: 'inspekt'
                Did you mean: sinter inspect?
                Try 'sinter --help'.
                """));
    assertThat(Ran.of("inspect"))
        .isEqualTo(
            new Ran(
                2,
                "",
                """
                sinter inspect: Missing required parameter: 'FILE'
                Try 'sinter inspect --help'.
                """));
    assertThat(Ran.of("fold", "m.onnx", "--input", "3,x"))
        .isEqualTo(
            new Ran(
                2,
                "",
                """
                sinter fold: Invalid value for option '--input' (C,H,W): 'x' is not an int
                Try 'sinter fold --help'.
                """));
  }
}
