package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.Compiler.javac;

import com.google.testing.compile.Compilation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Warnings and notes that {@code @SuppressWarnings} silences. */
class SuppressionTest {
  private static final String UNUSED = "@SuppressWarnings(\"sinter:UnusedLayer\") ";
  private static final String BOTH =
      "@SuppressWarnings({\"unused\", \"sinter:UnusedLayer\", \"sinter:Sinter\"}) ";

  /** A network in a class, with a field that nothing reads and the summary's note. */
  private static Compilation compile(String outer, String network, String field, String last) {
    return javac()
        .withProcessors(new SinterProcessor())
        .compile(
            Networks.source(
                "p.Outer",
                """
                package p;
                import dev.sinter.*;
                %sclass Outer {
                  %s@Network(input = 4) static class X {
                    %s@Softmax Layer side;
                    %s@Softmax(from = "input") Layer last;
                  }
                }
                """
                    .formatted(outer, network, field, last)));
  }

  private static boolean says(Compilation compilation, String id) {
    return compilation.diagnostics().stream()
        .anyMatch(diagnostic -> diagnostic.getMessage(null).contains("[" + id + "]"));
  }

  @ParameterizedTest
  @CsvSource({"'', '', ''", "-, '', ''", "'', -, ''", "'', '', -"})
  void warningIsSilencedAroundItsPlace(String outer, String network, String field) {
    Compilation compilation =
        compile(
            outer.replace("-", UNUSED),
            network.replace("-", UNUSED),
            field.replace("-", UNUSED),
            "");
    boolean silenced = !(outer + network + field).isEmpty();
    assertThat(says(compilation, "UnusedLayer")).isEqualTo(!silenced);
    assertThat(says(compilation, "Sinter")).isTrue();
  }

  @Test
  void otherFieldDoesNotSilence() {
    assertThat(says(compile("", "", "", UNUSED), "UnusedLayer")).isTrue();
  }

  @Test
  void severalIdsAndTheSummary() {
    Compilation compilation = compile("", BOTH, "", "");
    assertThat(compilation.status()).isEqualTo(Compilation.Status.SUCCESS);
    assertThat(compilation.diagnostics()).isEmpty();
  }

  @Test
  void errorsAreNeverSilenced() {
    Compilation compilation =
        compile(
            "@SuppressWarnings(\"sinter:UnknownLayer\") ",
            "",
            "",
            "@SuppressWarnings(\"sinter:UnknownLayer\") @Identity(from = \"none\") Layer bad; ");
    assertThat(compilation.status()).isEqualTo(Compilation.Status.FAILURE);
    assertThat(says(compilation, "UnknownLayer")).isTrue();
  }
}
