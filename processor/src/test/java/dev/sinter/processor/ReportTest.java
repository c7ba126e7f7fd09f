package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.testing.compile.Compilation;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The report as files: what stands in them, and when they are written. */
class ReportTest {
  private static final Path SCHEMA = Path.of("../docs/report.schema.json");

  @TempDir private Path folder;

  private String storage = "";

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
            "input = {1, 8, 8}, weights = \"w.safetensors\"" + storage,
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

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(SCHEMA), InputFormat.JSON);
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
    assertThat(schema().validate(figures, InputFormat.JSON)).isEmpty();
    assertThat(figures).contains("\"standing\": 1");
  }

  /**
   * Weights: 36, 144 and 512; channels: 4, 4 and 2. As bytes: 692 and 40 of scales. The biases are
   * floats.
   */
  @Test
  void pageTellsWhatStorageSavesAndLoses() throws IOException {
    storage = ", storage = Storage.INT8";
    String page = report("html", "p.X.html");
    assertThat(page).contains("<a href=\"#storage\">INT8</a>");
    assertThat(page).contains("<h2>Weights as INT8</h2>");
    assertThat(page)
        .containsMatch(
            "<td>conv1</td><td>INT8</td><td class=\"n\">144</td><td class=\"n\">52</td>"
                + "(<td class=\"n\">[\\d.]+ dB</td>){2}<td class=\"n\">[+−]?[\\d.]+ dB</td>");
    assertThat(page)
        .contains(
            "<td>All these weights</td><td></td><td class=\"n\">2,768</td><td class=\"n\">732</td>");
    assertThat(page).contains("<td>Outputs, 8 random images</td>");
    assertThat(page).containsMatch("<dt>Constants</dt><dd>40, 68 B</dd>");
    assertThat(page).contains("<dt>Stored</dt><dd>INT8 weights, 52 of 144 bytes: signal to noise");
  }

  @Test
  void floatsAreNoSectionOfThePage() throws IOException {
    String page = report("html", "p.X.html");
    assertThat(page).doesNotContain("storage");
    assertThat(page).containsMatch("<dt>Constants</dt><dd>40, 160 B</dd>");
    assertThat(report("json", "p.X.json")).doesNotContain("quantization");
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT16", "INT8"})
  void figuresOfStorageFollowTheSchema(String wanted) throws IOException {
    storage = ", storage = Storage." + wanted;
    String figures = report("json", "p.X.json");
    assertThat(schema().validate(figures, InputFormat.JSON)).isEmpty();
    JsonObject quantization =
        JsonParser.parseString(figures).getAsJsonObject().getAsJsonObject("quantization");
    assertThat(quantization.get("floatBytes").getAsInt()).isEqualTo(2768);
    assertThat(quantization.get("bytes").getAsInt()).isEqualTo(wanted.equals("INT8") ? 732 : 1384);
    assertThat(quantization.getAsJsonArray("layers")).hasSize(3);
    JsonObject weights = quantization.getAsJsonObject("weights");
    assertThat(report("html", "p.X.html"))
        .contains(
            String.format(
                Locale.ROOT,
                "<td class=\"n\">%.1f dB</td><td class=\"n\">%.1f dB</td>",
                weights.get("foldedFirst").getAsDouble(),
                weights.get("quantizedFirst").getAsDouble()));
  }

  @Test
  void schemaKnowsAllProperties() throws IOException {
    String figures = report("json", "p.X.json").replace("\"maxError\"", "\"maxErrror\"");
    assertThat(schema().validate(figures, InputFormat.JSON)).hasSize(2); // one missing, one unknown
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
