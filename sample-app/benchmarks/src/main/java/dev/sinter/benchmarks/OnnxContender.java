package dev.sinter.benchmarks;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.sinter.Port;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * ONNX Runtime with all its optimizations, called in the fastest way that its Java API has: tensors
 * over direct buffers that are made once, for the input and, pinned, for each output. A call copies
 * the image in and the results out, as Sinter's does.
 */
final class OnnxContender implements Contender {
  private final OrtSession.SessionOptions options;
  private final OrtSession session;
  private final float[] image;
  private final FloatBuffer input;
  private final Map<String, OnnxTensor> inputs;
  private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
  private final FloatBuffer[] results;
  private final float[][] outputs;

  OnnxContender(Workshop workshop, Subject subject, int threads) {
    // The ports are those of the twin: same names, same shapes.
    List<Port> ports = Workshop.load(subject, workshop.folded(subject)).outputs();
    image = subject.image();
    outputs = Contender.arrays(ports);
    results = new FloatBuffer[ports.size()];
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      options = options(threads);
      session = session(environment, workshop.onnx(subject), options);
      input = direct(image.length);
      int[] shape = subject.input().stream().mapToInt(extent -> extent).toArray();
      inputs = Map.of("input", OnnxTensor.createTensor(environment, input, batch(shape)));
      for (int i = 0; i < results.length; i++) {
        Port port = ports.get(i);
        results[i] = direct(port.size());
        pinned.put(
            port.name(), OnnxTensor.createTensor(environment, results[i], batch(port.shape())));
      }
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /** Its own best: everything is optimized, no thread waits for another. */
  static OrtSession.SessionOptions options(int threads) throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
    options.setIntraOpNumThreads(threads);
    options.setInterOpNumThreads(1);
    return options;
  }

  private static OrtSession session(
      OrtEnvironment environment, Path model, OrtSession.SessionOptions options)
      throws OrtException {
    return environment.createSession(model.toString(), options);
  }

  private static FloatBuffer direct(int floats) {
    return ByteBuffer.allocateDirect(floats * Float.BYTES)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }

  /** A batch of one. */
  private static long[] batch(int[] shape) {
    long[] batch = new long[shape.length + 1];
    batch[0] = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      batch[axis + 1] = shape[axis];
    }
    return batch;
  }

  @Override
  public void run() {
    input.clear();
    input.put(image);
    try {
      session.run(inputs, pinned).close();
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
    for (int i = 0; i < results.length; i++) {
      results[i].clear();
      results[i].get(outputs[i]);
    }
  }

  @Override
  public float[][] outputs() {
    return outputs;
  }

  @Override
  public void close() {
    inputs.values().forEach(OnnxTensor::close);
    pinned.values().forEach(OnnxTensor::close);
    try {
      session.close();
    } catch (OrtException failed) {
      throw new IllegalStateException(failed);
    }
    options.close();
  }
}
