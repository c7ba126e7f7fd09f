package dev.sinter.benchmarks;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Makes tables in Markdown of lines of measurements: medians over launches of medians over rounds,
 * and, where launches differ, the range of the ratio.
 */
public final class Tables {
  private static final Gson GSON = new Gson();
  private static final double CLIFF = 1.5; // times the median of the launches

  private final List<JsonObject> lines;

  private Tables(List<JsonObject> lines) {
    this.lines = lines;
  }

  /** Argument: a file that {@link Main} wrote. */
  public static void main(String[] arguments) throws IOException {
    System.out.println(of(Path.of(arguments[0])));
  }

  /** All tables for which there are measurements. */
  static String of(Path results) throws IOException {
    List<JsonObject> lines =
        Files.readAllLines(results).stream()
            .map(line -> GSON.fromJson(line, JsonObject.class))
            .toList();
    return new Tables(lines).all();
  }

  private String all() {
    List<String> parts = new ArrayList<>();
    parts.add(machine());
    parts.add(duels("speed", "onnxruntime", "ONNX Runtime"));
    parts.add(duels("folding", "unfolded", "unfolded"));
    parts.add(layers());
    parts.add(kernels());
    parts.add(start());
    parts.add(javac());
    parts.add(sizes());
    parts.add(storage());
    parts.add(loads());
    parts.add(stored());
    return parts.stream()
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(System.lineSeparator().repeat(2)));
  }

  private List<JsonObject> of(String kind) {
    return lines.stream().filter(line -> text(line, "kind").equals(kind)).toList();
  }

  /** The measurements of a kind that differ in nothing but the launch. */
  private Map<List<String>, List<JsonObject>> cells(String kind, String... keys) {
    Map<List<String>, List<JsonObject>> cells = new LinkedHashMap<>();
    for (JsonObject line : of(kind)) {
      List<String> key = new ArrayList<>();
      for (String name : keys) {
        key.add(text(line, name));
      }
      cells.computeIfAbsent(key, launches -> new ArrayList<>()).add(line);
    }
    return cells;
  }

  private String machine() {
    return of("machine").stream()
        .map(
            line ->
                format(
                    "%s, %s cores, %s; %s; %s",
                    text(line, "processor"),
                    text(line, "cores"),
                    text(line, "system"),
                    text(line, "peer"),
                    text(line, "date")))
        .distinct()
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private String duels(String kind, String other, String title) {
    Table table =
        new Table(
            "network",
            "JDK",
            "kernels",
            "threads",
            "folded, ms",
            title + ", ms",
            "folded / " + title,
            "over the launches",
            "longest / median",
            "GMAC/s",
            "collections/s");
    cells(kind, "network", "java", "backend", "threads")
        .forEach(
            (key, launches) -> {
              List<Double> ratios = ratios(launches, other);
              double folded = millis(launches, "folded");
              table.row(
                  key,
                  three(folded),
                  three(millis(launches, other)),
                  two(Statistics.median(ratios)),
                  range(ratios),
                  longest(launches),
                  one(macs(launches) / folded / 1e6),
                  one(median(launches, line -> score(line, "folded", "collectionsPerSecond"))));
            });
    return table.text();
  }

  private String layers() {
    Table table =
        new Table(
            "layer",
            "JDK",
            "kernels",
            "threads",
            "ours, ms",
            "ONNX Runtime, ms",
            "ours / ONNX Runtime",
            "GFLOP/s",
            "peak of a core",
            "share",
            "collections/s");
    cells("layers", "network", "java", "backend", "threads")
        .forEach(
            (key, launches) -> {
              double folded = millis(launches, "folded");
              double speed = 2 * macs(launches) / folded / 1e6;
              double peak =
                  2 * score(launches.get(0), "peak", "macs") / millis(launches, "peak") / 1e6;
              table.row(
                  key,
                  three(folded),
                  three(millis(launches, "onnxruntime")),
                  two(Statistics.median(ratios(launches, "onnxruntime"))),
                  one(speed),
                  one(peak),
                  format("%.0f %%", 100 * speed / peak),
                  one(median(launches, line -> score(line, "folded", "collectionsPerSecond"))));
            });
    return table.text();
  }

  /** How much longer than the median the worst launch took; marked where that is off a cliff. */
  private static String longest(List<JsonObject> launches) {
    List<Double> medians =
        launches.stream().map(launch -> Statistics.median(nanos(launch, "folded"))).toList();
    double longest =
        medians.stream().max(Double::compare).orElseThrow() / Statistics.median(medians);
    return longest > CLIFF ? "**" + two(longest) + " cliff**" : two(longest);
  }

  /** What is under 80 % of the peak is marked. */
  private String kernels() {
    Table table =
        new Table(
            "kernel",
            "JDK",
            "µs",
            "share of the peak",
            "",
            "collections/s",
            "times as long with subnormal inputs",
            "scalar");
    Map<List<String>, List<JsonObject>> cells = new LinkedHashMap<>();
    for (JsonObject line : of("kernels")) {
      for (JsonElement rate : line.getAsJsonArray("rates")) {
        List<String> key = List.of(text(rate.getAsJsonObject(), "layer"), text(line, "java"));
        cells.computeIfAbsent(key, launches -> new ArrayList<>()).add(rate.getAsJsonObject());
      }
    }
    cells.forEach(
        (key, launches) -> {
          double share = median(launches, rate -> rate.get("share").getAsDouble());
          table.row(
              key,
              one(median(launches, rate -> rate.get("micros").getAsDouble())),
              format("%.0f %%", 100 * share),
              share < 0.8 ? "under 80 %" : "",
              one(median(launches, rate -> rate.get("collectionsPerSecond").getAsDouble())),
              one(median(launches, rate -> rate.get("subnormal").getAsDouble())),
              one(median(launches, rate -> rate.get("subnormalScalar").getAsDouble())));
        });
    return table.text();
  }

  private String start() {
    Table table =
        new Table("network", "JDK", "what", "JVM start to first result, s", "resident, MiB");
    cells("start", "network", "java", "what")
        .forEach(
            (key, launches) ->
                table.row(
                    key,
                    two(median(launches, line -> line.get("seconds").getAsDouble())),
                    format(
                        "%.0f",
                        median(launches, line -> line.get("kilobytes").getAsDouble()) / 1024)));
    return table.text();
  }

  private String javac() {
    Table table = new Table("network", "JDK", "javac without Sinter, s", "with, s");
    cells("javac", "network", "java")
        .forEach(
            (key, launches) ->
                table.row(
                    key,
                    two(median(launches, line -> line.get("without").getAsDouble())),
                    two(median(launches, line -> line.get("with").getAsDouble()))));
    return table.text();
  }

  /** The last measurement counts. */
  private String sizes() {
    Table table = new Table("bytes", "Sinter: jar", "ONNX Runtime: jar, or model");
    cells("size", "what")
        .forEach(
            (key, launches) -> {
              JsonObject last = launches.get(launches.size() - 1);
              table.row(
                  key,
                  format("%,d", last.get("sinter").getAsLong()),
                  format("%,d", last.get("onnxruntime").getAsLong()));
            });
    return table.text();
  }

  /** The last measurement counts. */
  private String storage() {
    Table table =
        new Table(
            "network",
            "weights",
            "JDK",
            "classes and resource, bytes",
            "constants, bytes",
            "weights, dB",
            "quantized first",
            "outputs, dB",
            "quantized first",
            "images",
            "largest change");
    cells("storage", "network", "storage", "java")
        .forEach(
            (key, launches) -> {
              JsonObject last = launches.get(launches.size() - 1);
              boolean exact = !last.has("weights");
              table.row(
                  key,
                  format("%,d", last.get("bytes").getAsLong()),
                  format("%,d", last.get("constants").getAsLong()),
                  exact ? "" : decibels(last, "weights", "foldedFirst"),
                  exact ? "" : decibels(last, "weights", "quantizedFirst"),
                  exact ? "" : decibels(last, "outputs", "foldedFirst"),
                  exact ? "" : decibels(last, "outputs", "quantizedFirst"),
                  exact ? "" : text(last, "images"),
                  exact ? "" : format("%.1e", last.get("largestChange").getAsDouble()));
            });
    return table.text();
  }

  private static String decibels(JsonObject line, String of, String order) {
    return one(line.getAsJsonObject(of).get(order).getAsDouble());
  }

  private String loads() {
    Table table = new Table("network", "JDK", "weights", "load, ms", "launches");
    cells("load", "network", "java", "storage")
        .forEach(
            (key, launches) ->
                table.row(
                    key,
                    one(median(launches, line -> line.get("millis").getAsDouble())),
                    Integer.toString(launches.size())));
    return table.text();
  }

  private String stored() {
    Table table =
        new Table(
            "network",
            "JDK",
            "kernels",
            "threads",
            "FLOAT32, ms",
            "FLOAT16 / FLOAT32",
            "INT8 / FLOAT32");
    cells("stored", "network", "java", "backend", "threads")
        .forEach(
            (key, launches) ->
                table.row(
                    key,
                    three(millis(launches, "FLOAT32")),
                    two(Statistics.median(ratios(launches, "FLOAT16", "FLOAT32"))),
                    two(Statistics.median(ratios(launches, "INT8", "FLOAT32")))));
    return table.text();
  }

  private static List<Double> ratios(List<JsonObject> launches, String other) {
    return ratios(launches, "folded", other);
  }

  private static List<Double> ratios(List<JsonObject> launches, String one, String other) {
    return launches.stream()
        .map(launch -> Statistics.ratio(nanos(launch, one), nanos(launch, other)))
        .toList();
  }

  private static double millis(List<JsonObject> launches, String contender) {
    return median(launches, line -> Statistics.median(nanos(line, contender))) / 1e6;
  }

  private static double macs(List<JsonObject> launches) {
    return score(launches.get(0), "folded", "macs");
  }

  private static double median(List<JsonObject> launches, Function<JsonObject, Double> value) {
    return Statistics.median(launches.stream().map(value).toList());
  }

  private static List<Double> nanos(JsonObject line, String contender) {
    return Statistics.numbers(contender(line, contender).getAsJsonArray("nanos"));
  }

  private static double score(JsonObject line, String contender, String name) {
    return contender(line, contender).get(name).getAsDouble();
  }

  private static JsonObject contender(JsonObject line, String contender) {
    return line.getAsJsonObject("contenders").getAsJsonObject(contender);
  }

  private static String text(JsonObject line, String name) {
    return line.get(name).getAsString();
  }

  private static String one(double value) {
    return format("%.1f", value);
  }

  private static String two(double value) {
    return format("%.2f", value);
  }

  private static String three(double value) {
    return format(value < 1 ? "%.4f" : "%.2f", value);
  }

  private static String range(List<Double> values) {
    return values.size() < 2
        ? "one"
        : format(
            "%.2f–%.2f, %d",
            values.stream().min(Double::compare).orElseThrow(),
            values.stream().max(Double::compare).orElseThrow(),
            values.size());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** A table whose rows begin with what they are about. */
  private static final class Table {
    private final StringBuilder text = new StringBuilder();
    private int rows;

    Table(String... titles) {
      line(List.of(titles));
      text.append("|").append("---|".repeat(titles.length)).append(System.lineSeparator());
    }

    void row(List<String> key, String... values) {
      List<String> cells = new ArrayList<>(key);
      cells.addAll(List.of(values));
      line(cells);
      rows++;
    }

    private void line(List<String> cells) {
      text.append("| ").append(String.join(" | ", cells)).append(" |");
      text.append(System.lineSeparator());
    }

    /** Nothing if there is no row. */
    String text() {
      return rows == 0 ? "" : text.toString().stripTrailing();
    }
  }
}
