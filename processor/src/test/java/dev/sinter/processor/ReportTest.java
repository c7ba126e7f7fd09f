package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as files: what stands in them, and when they are written. */
class ReportTest {
  private static final Path SCHEMA = Path.of("../docs/report.schema.json");

  @TempDir private Path folder;

  @BeforeEach
  void weights() throws IOException {
    new TestWeights()
        .tensor("conv1.weight", 4, 1, 3, 3)
        .norm("bn1", 4)
        .tensor("conv2.weight", 4, 4, 3, 3)
        .norm("bn2", 4)
        .tensor("fc.weight", 2, 256)
        .tensor("fc.bias", 2)
        .write(folder.resolve("w.safetensors"));
  }

  private Compilation compile(String... options) {
    return Networks.compile(
        folder,
        List.of(options),
        Networks.network(
            "input = {1, 8, 8}, weights = \"w.safetensors\"",
            """
            @Conv(padding = 1) Layer conv1;
            @BatchNorm Layer bn1;
            @Activation(RELU) Layer relu1;
            @Conv(padding = 1) Layer conv2;
            @Activation(RELU) Layer relu2;
            @BatchNorm Layer bn2;
            @Add({"bn2", "relu1"}) Layer sum;
            @Flatten Layer flat;
            @Linear Layer fc;
            """));
  }

  private String report(String options, String name) throws IOException {
    Path reports = folder.resolve("reports of <all> networks");
    assertThat(compile("-Asinter.report=" + reports, "-Asinter.report.format=" + options))
        .succeeded();
    return Files.readString(reports.resolve(name));
  }

  @Test
  void pageTellsFoldsAndWhatStays() throws IOException {
    String page = report("html", "p.X.html");
    assertThat(page).contains("1 of 2 BatchNorm folded");
    assertThat(page).contains("<td>conv1 + bn1</td>");
    assertThat(page).contains("Training with the normalization before the activation");
    assertThat(page).doesNotContain("{{");
    assertThat(page).doesNotContainMatch("(src|href)=\"[^#]");
    assertThat(page).doesNotContainMatch("https?://(?!www\\.w3\\.org/2000/svg)");
  }

  @Test
  void everyBoxLeadsToItsLayer() throws IOException {
    String page = report("html", "p.X.html");
    List<String> targets =
        Pattern.compile("<a href=\"#((?:declared|compiled)-\\d+)\"")
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();
    assertThat(targets).hasSize(10 + 7); // with the input; bn1 and both ReLUs are gone
    targets.forEach(id -> assertThat(page).contains("<details class=\"layer\" id=\"" + id + "\""));
  }

  @Test
  void figuresFollowTheirSchema() throws IOException {
    String figures = report("json", "p.X.json");
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(SCHEMA), InputFormat.JSON);
    assertThat(schema.validate(figures, InputFormat.JSON)).isEmpty();
    assertThat(figures).contains("\"standing\": 1");
  }

  @Test
  void schemaKnowsAllProperties() throws IOException {
    String figures = report("json", "p.X.json").replace("\"maxError\"", "\"maxErrror\"");
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Files.readString(SCHEMA), InputFormat.JSON);
    assertThat(schema.validate(figures, InputFormat.JSON)).hasSize(2); // one missing, one unknown
  }

  @Test
  void bothFormatsAtOnceAndTheSameEachTime() throws IOException {
    String page = report("html,json", "p.X.html");
    String figures = report("json,html", "p.X.json");
    assertThat(report("html", "p.X.html")).isEqualTo(page);
    assertThat(report("json", "p.X.json")).isEqualTo(figures);
    try (Stream<Path> files = Files.list(folder.resolve("reports of <all> networks"))) {
      assertThat(files.map(file -> file.getFileName().toString()).toList())
          .containsExactly("p.X.html", "p.X.json");
    }
  }

  @Test
  void unfoldedNetworkHasOneToo() throws IOException {
    Path reports = folder.resolve("reports");
    assertThat(compile("-Asinter.report=" + reports, "-Asinter.fold=none")).succeeded();
    assertThat(Files.readString(reports.resolve("p.X.html"))).contains("Folding was not asked for");
  }

  @Test
  void noReportWithoutTheOption() {
    assertThat(compile()).succeeded();
    assertThat(Files.exists(folder.resolve("p.X.html"))).isFalse();
  }
}
