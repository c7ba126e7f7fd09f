package dev.sinter.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sinter.Model;
import dev.sinter.Session;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A program that computes one image as soon as it can, says so, goes on for a while, and says how
 * much memory it had resident at most. It is run with nothing on its class path but what it needs.
 */
final class FirstResult {
  private static final long GO_ON_NANOS = 10_000_000_000L; // the vector kernels are warm by then

  private FirstResult() {}

  /** Arguments: a generated class or an ONNX model, and the extents of its input. */
  public static void main(String[] arguments) throws Exception {
    long[] shape = new long[arguments.length];
    shape[0] = 1;
    int size = 1;
    for (int i = 1; i < arguments.length; i++) {
      shape[i] = Integer.parseInt(arguments[i]);
      size *= (int) shape[i];
    }
    float[] image = new float[size];
    for (int i = 0; i < size; i++) {
      image[i] = i % 255 / 255f;
    }
    if (arguments[0].endsWith(".onnx")) {
      onnxRuntime(arguments[0], image, shape);
    } else {
      sinter(arguments[0], image);
    }
  }

  private static void sinter(String type, float[] image) throws ReflectiveOperationException {
    Model model = (Model) Class.forName(type).getMethod("load").invoke(null);
    float[][] inputs = {image};
    float[][] outputs = Contender.arrays(model.outputs());
    try (Session session = model.newSession()) {
      session.run(inputs, outputs);
      goOn(() -> session.run(inputs, outputs));
    }
  }

  /** As its documentation shows it. */
  private static void onnxRuntime(String model, float[] image, long[] shape) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = OnnxContender.options(1);
        OrtSession session = environment.createSession(model, options);
        OnnxTensor input = OnnxTensor.createTensor(environment, FloatBuffer.wrap(image), shape)) {
      Map<String, OnnxTensor> inputs = Map.of("input", input);
      session.run(inputs).close();
      goOn(
          () -> {
            try {
              session.run(inputs).close();
            } catch (OrtException failed) {
              throw new IllegalStateException(failed);
            }
          });
    }
  }

  private static void goOn(Runnable run) {
    System.out.println("first");
    System.out.flush();
    long start = System.nanoTime();
    do {
      run.run();
    } while (System.nanoTime() - start < GO_ON_NANOS);
    System.out.println(residentKilobytes());
  }

  /** The most memory that this process has had resident, where the kernel tells. */
  private static long residentKilobytes() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith("VmHWM:")) {
          return Long.parseLong(line.replaceAll("\\D", ""));
        }
      }
    } catch (IOException elsewhere) {
      return 0;
    }
    return 0;
  }
}
