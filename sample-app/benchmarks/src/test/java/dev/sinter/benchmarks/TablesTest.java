package dev.sinter.benchmarks;

import static com.google.common.truth.Truth.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of measurements. */
class TablesTest {
  @TempDir private Path folder;

  private String tables(String... lines) throws Exception {
    return Tables.of(Files.write(folder.resolve("results.jsonl"), List.of(lines)));
  }

  private static String speed(String folded, String theirs) {
    return """
    {"kind":"speed","network":"Tiny","java":"17","backend":"scalar","threads":"1","contenders":\
    {"folded":{"nanos":[%s],"macs":3000000,"collectionsPerSecond":0.5},"onnxruntime":{"nanos":[%s]}}}\
    """
        .formatted(folded, theirs);
  }

  /**
   * The ratios of the rounds are 2, ½ and 1, and 4, 4 and 1: medians 1 and 4, and 2.5 of these. The
   * medians of the times are 2 and 4 ms, and theirs 2 and 1 ms.
   */
  @Test
  void ratiosAreMediansOverRoundsThenLaunches() throws Exception {
    String tables =
        tables(
            speed("2000000,1000000,3000000", "1000000,2000000,3000000"),
            speed("4000000,4000000,1000000", "1000000,1000000,1000000"));
    assertThat(tables)
        .contains(
            "| Tiny | 17 | scalar | 1 | 3.00 | 1.50 | 2.50 | 1.00–4.00, 2 | 1.33 | 1.0 | 0.5 |");
  }

  @Test
  void launchOffTheCliffIsMarked() throws Exception {
    String tables =
        tables(
            speed("2000000", "1000000"), speed("2000000", "1000000"), speed("3100000", "1000000"));
    assertThat(tables).contains("| 2.00–3.10, 3 | **1.55 cliff** |");
  }

  @Test
  void whatWasNotMeasuredHasNoTable() throws Exception {
    assertThat(tables("{\"kind\":\"size\",\"what\":\"Tiny\",\"sinter\":1234,\"onnxruntime\":5678}"))
        .isEqualTo(
            String.join(
                System.lineSeparator(),
                "| bytes | Sinter: jar | ONNX Runtime: jar, or model |",
                "|---|---|---|",
                "| Tiny | 1,234 | 5,678 |"));
  }

  @Test
  void kernelsUnderFourFifthsOfThePeakAreMarked() throws Exception {
    String line =
        """
        {"kind":"kernels","java":"17","rates":[\
        {"layer":"a","micros":10,"share":0.79,"collectionsPerSecond":0,"subnormal":1,"subnormalScalar":9.96},\
        {"layer":"b","micros":20,"share":0.8,"collectionsPerSecond":4,"subnormal":1.1,"subnormalScalar":1}]}\
        """;
    assertThat(tables(line))
        .contains(
            String.join(
                System.lineSeparator(),
                "| a | 17 | 10.0 | 79 % | under 80 % | 0.0 | 1.0 | 10.0 |",
                "| b | 17 | 20.0 | 80 % |  | 4.0 | 1.1 | 1.0 |"));
  }

  /** Rounds of 2 and 4 ms against 1 and 4 ms: ratios 2 and 1. */
  @Test
  void storagesBesideEachOther() throws Exception {
    String tables =
        tables(
            """
            {"kind":"storage","network":"Tiny","storage":"FLOAT32","java":"17","bytes":4000,"constants":3000}""",
            """
            {"kind":"storage","network":"Tiny","storage":"INT8","java":"17","bytes":1500,"constants":800,\
            "images":8,"weights":{"foldedFirst":43.1,"quantizedFirst":43},"outputs":{"foldedFirst":40,\
            "quantizedFirst":40.5},"largestChange":0.012}""",
            """
            {"kind":"load","network":"Tiny","storage":"INT8","java":"17","millis":12.5}""",
            """
            {"kind":"stored","network":"Tiny","java":"17","backend":"scalar","threads":"1","contenders":\
            {"FLOAT32":{"nanos":[1000000,4000000]},"FLOAT16":{"nanos":[2000000,4000000]},\
            "INT8":{"nanos":[1000000,4000000]}}}""");
    assertThat(tables).contains("| Tiny | FLOAT32 | 17 | 4,000 | 3,000 |  |  |  |  |  |  |");
    assertThat(tables)
        .contains("| Tiny | INT8 | 17 | 1,500 | 800 | 43.1 | 43.0 | 40.0 | 40.5 | 8 | 1.2e-02 |");
    assertThat(tables).contains("| Tiny | 17 | INT8 | 12.5 | 1 |");
    assertThat(tables).contains("| Tiny | 17 | scalar | 1 | 2.50 | 1.50 | 1.00 |");
  }

  @Test
  void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertThat(Statistics.median(List.of(5.0, 1.0, 2.0, 4.0))).isEqualTo(3.0);
    assertThat(Statistics.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2.0);
  }
}
