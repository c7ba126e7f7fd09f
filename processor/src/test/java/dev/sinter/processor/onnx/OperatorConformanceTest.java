package dev.sinter.processor.onnx;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import com.google.testing.compile.Compilation;
import dev.sinter.Model;
import dev.sinter.Session;
import dev.sinter.processor.Networks;
import dev.sinter.processor.diagnostic.Diagnostics;
import dev.sinter.processor.diagnostic.Location;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.verify.Interpreter;
import dev.sinter.processor.verify.Value;
import dev.sinter.processor.weights.DirectoryPlace;
import dev.sinter.processor.weights.Locator;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Models of one operator each, over what its attributes may be, against ONNX Runtime: the graph in
 * double for all of them, and compiled code for a part.
 *
 * <p>A result that n roundings to float lead to is off by at most about n·2⁻²⁴ of its magnitude, as
 * {@link Value} has it. For each case n is the number of terms that are added up and 16: a function
 * may lose 8 units in the last place, which is more than any was found to, and what is around it as
 * much again. Elements that are only moved must be the same.
 *
 * <p>Left out is what ONNX Runtime 1.29 does not have: GlobalLpPool of version 22, LRN of an even
 * size, Resize of a sequence by cubic. No result of it that we compare is wrong.
 *
 * <p>With {@code -Dsinter.conformance=true} it prints a line for each operator.
 */
final class OperatorConformanceTest {
  private static final int LEAST_CASES = 600;

  /** Every so many cases are compiled, too. */
  private static final int COMPILED = 3;

  /** The most inputs and outputs that a network may have. */
  private static final int PORTS = 100;

  @TempDir private static Path folder;

  private record Line(int cases, double worst, double share) {
    Line and(double error, double ofAllowed) {
      return new Line(cases + 1, Math.max(worst, error), Math.max(share, ofAllowed));
    }
  }

  @Test
  void graphsGiveOnnxRuntimesResults() throws Exception {
    List<String> wrong = new ArrayList<>();
    Map<String, Line> table = new TreeMap<>();
    List<OperatorCase> cases = OperatorCases.all();
    for (OperatorCase one : cases) {
      try {
        compare(one, table).ifPresent(wrong::add);
      } catch (AssertionError | OrtException | RuntimeException failed) {
        wrong.add(one + ": " + failed);
      }
    }
    print(table);
    assertWithMessage("%s cases that differ:\n%s", wrong.size(), String.join("\n", wrong))
        .that(wrong)
        .isEmpty();
    assertThat(cases.size()).isAtLeast(LEAST_CASES);
  }

  private static Optional<String> compare(OperatorCase one, Map<String, Line> table)
      throws Exception {
    double[] theirs = byOnnxRuntime(one);
    Value ours = byInterpreter(one);
    if (ours.size() != theirs.length) {
      return Optional.of(one + ": " + ours.size() + " elements, not " + theirs.length);
    }
    double largest = 0;
    double error = 0;
    double share = 0;
    for (int i = 0; i < theirs.length; i++) {
      double difference = Math.abs(ours.value(i) - theirs[i]);
      difference = ours.value(i) == theirs[i] ? 0 : difference;
      double allowed = one.allowed(ours, i);
      largest = Math.max(largest, Math.abs(theirs[i]));
      error = Math.max(error, difference);
      share = Math.max(share, difference == 0 ? 0 : difference / allowed); // NaN stays
    }
    double relative = error == 0 ? 0 : error / largest;
    double finalShare = share;
    table.merge(
        one.operator(), new Line(1, relative, share), (a, b) -> a.and(relative, finalShare));
    return share <= 1
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: %.2g of the largest, %.2g of what is allowed",
                one,
                relative,
                share));
  }

  private static void print(Map<String, Line> table) {
    if (Boolean.getBoolean("sinter.conformance")) {
      System.out.println("| Operator | Cases | Worst error | of what is allowed |");
      System.out.println("|---|---|---|---|");
      table.forEach(
          (operator, line) ->
              System.out.printf(
                  Locale.ROOT,
                  "| %s | %d | %.1e | %.2f |%n",
                  operator,
                  line.cases(),
                  line.worst(),
                  line.share()));
    }
  }

  /** Compiled together, many in one model. */
  @Test
  void compiledCodeGivesTheSameAsTheGraph() throws Exception {
    Map<String, List<OperatorCase>> models = models();
    List<JavaFileObject> sources = new ArrayList<>();
    for (Map.Entry<String, List<OperatorCase>> model : models.entrySet()) {
      String name = model.getKey();
      Files.write(folder.resolve(name + ".onnx"), OperatorCase.model(model.getValue()));
      sources.add(
          Networks.source(
              "p." + name,
              "package p; @dev.sinter.Network(model = \"%s.onnx\") public class %s {}"
                  .formatted(name, name)));
    }
    Compilation compilation =
        Networks.compile(folder, List.of(), sources.toArray(new JavaFileObject[0]));
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, List<OperatorCase>> model : models.entrySet()) {
      Model compiled = Networks.load(compilation, "p.Sintered" + model.getKey());
      Map<String, float[]> results = run(compiled, model.getValue());
      for (OperatorCase one : model.getValue()) {
        double share = share(one, results.get(one.outputs().get(0)));
        if (!(share <= 1)) {
          wrong.add(one + ": " + share);
        }
      }
    }
    assertWithMessage("%s cases that differ:\n%s", wrong.size(), String.join("\n", wrong))
        .that(wrong)
        .isEmpty();
  }

  /** Of one version each, with as many inputs and outputs as a network may have. */
  private static Map<String, List<OperatorCase>> models() {
    Map<String, List<OperatorCase>> models = new TreeMap<>();
    Map<Integer, Integer> ports = new HashMap<>();
    List<OperatorCase> cases = OperatorCases.all();
    for (int i = 0; i < cases.size(); i += COMPILED) {
      OperatorCase one = cases.get(i);
      int own = one.inputs().size() + one.outputs().size();
      int before = ports.getOrDefault(one.opset(), 0);
      int at = before % PORTS + own > PORTS ? before / PORTS * PORTS + PORTS : before;
      ports.put(one.opset(), at + own);
      models
          .computeIfAbsent(
              "Opset" + one.opset() + "Part" + at / PORTS, unknown -> new ArrayList<>())
          .add(one);
    }
    return models;
  }

  /** How much of what is allowed a compiled result is off. */
  private static double share(OperatorCase one, float[] found) throws IOException {
    Value expected = byInterpreter(one);
    double share = found.length == expected.size() ? 0 : Double.NaN;
    for (int i = 0; i < Math.min(found.length, expected.size()); i++) {
      double difference = Math.abs(found[i] - expected.value(i));
      double allowed = one.allowed(expected, i);
      share = Math.max(share, difference == 0 ? 0 : difference / allowed);
    }
    return share;
  }

  private static Map<String, float[]> run(Model model, List<OperatorCase> cases) {
    Map<String, float[]> given = new HashMap<>();
    cases.forEach(one -> given.putAll(one.inputs()));
    Map<String, float[]> results = new HashMap<>();
    float[][] inputs =
        model.inputs().stream().map(port -> given.get(port.name())).toArray(float[][]::new);
    float[][] outputs =
        model.outputs().stream().map(port -> new float[port.size()]).toArray(float[][]::new);
    try (Session session = model.newSession()) {
      session.run(inputs, outputs);
    }
    for (int i = 0; i < outputs.length; i++) {
      results.put(model.outputs().get(i).name(), outputs[i]);
    }
    return results;
  }

  private static Value byInterpreter(OperatorCase one) throws IOException {
    Files.write(folder.resolve("one.onnx"), OperatorCase.model(List.of(one)));
    Diagnostics found = new Diagnostics();
    Graph graph =
        new ModelReader("one.onnx", Location.NOWHERE, found)
            .read(
                new Locator(List.of(new DirectoryPlace(folder)), ""),
                List.of(),
                Location.NOWHERE,
                List.of())
            .orElseThrow(() -> new AssertionError(found.all().toString()));
    // One operator does not tell where channels are: inputs and outputs are in the file's order.
    assertThat(found.all()).isEmpty();
    Map<Integer, double[]> inputs = new HashMap<>();
    for (Node node : graph.inputs()) {
      float[] values = one.inputs().get(node.name());
      double[] wide = new double[values.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = values[i];
      }
      inputs.put(node.id(), wide);
    }
    return Interpreter.run(graph, inputs).get(graph.outputs().get(0).id());
  }

  private static double[] byOnnxRuntime(OperatorCase one) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
      for (Map.Entry<String, float[]> input : one.inputs().entrySet()) {
        inputs.put(
            input.getKey(),
            OnnxTensor.createTensor(
                environment, FloatBuffer.wrap(input.getValue()), one.dims(input.getKey())));
      }
      try (OrtSession session =
              environment.createSession(OperatorCase.model(List.of(one)), options);
          OrtSession.Result result = session.run(inputs)) {
        return numbers((OnnxTensor) result.get(0));
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  private static double[] numbers(OnnxTensor tensor) {
    TensorInfo info = tensor.getInfo();
    double[] numbers = new double[Math.toIntExact(info.getNumElements())];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] =
          info.type == OnnxJavaType.INT64
              ? tensor.getLongBuffer().get(i)
              : tensor.getFloatBuffer().get(i);
    }
    return numbers;
  }
}
