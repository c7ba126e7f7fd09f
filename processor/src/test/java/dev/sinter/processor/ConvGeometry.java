package dev.sinter.processor;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Random;

/** A random convolution with a batch normalization, and perhaps ReLU, behind it. */
record ConvGeometry(
    int seed,
    Kind kind,
    Shape input,
    int outputs,
    int groups,
    Window window,
    boolean bias,
    boolean relu,
    float epsilon) {
  /** 4, 8 and 16 are whole numbers of some vectors. */
  private static final int[] CHANNELS = {1, 3, 4, 6, 8, 13, 16, 17, 25, 33};

  /** What is special about it. */
  enum Kind {
    ORDINARY,
    GROUPS,
    DEPTHWISE,
    MAP_OF_ONE,
    KERNEL_LARGER_THAN_MAP;

    int largestExtent() {
      return this == MAP_OF_ONE ? 1 : this == KERNEL_LARGER_THAN_MAP ? 3 : 14;
    }
  }

  /** The geometry of a seed: each kind in turn. */
  static ConvGeometry of(int seed) {
    Random random = random(seed);
    Kind kind = Kind.values()[seed % Kind.values().length];
    int height = 1 + random.nextInt(kind.largestExtent());
    int width = 1 + random.nextInt(kind.largestExtent());
    boolean large = kind == Kind.KERNEL_LARGER_THAN_MAP;
    Window window =
        window(
            axis(random, height, large ? height + 1 : 1),
            axis(random, width, large ? width + 1 : 1));
    int inputs = channels(random);
    int outputs = channels(random);
    int groups = 1;
    if (kind == Kind.DEPTHWISE) {
      groups = inputs;
      outputs = inputs * (1 + random.nextInt(2));
    } else if (kind == Kind.GROUPS) {
      while (groups == 1 || inputs % groups != 0 || outputs % groups != 0) {
        inputs = channels(random);
        outputs = channels(random);
        groups = 1 + random.nextInt(8);
      }
    }
    return new ConvGeometry(
        seed,
        kind,
        Shape.of(inputs, height, width),
        outputs,
        groups,
        window,
        random.nextBoolean(),
        random.nextBoolean(),
        (float) Math.pow(10, -2 - 5 * random.nextDouble()));
  }

  /** This network on normally distributed weights. */
  OnnxTwin twin() {
    Random random = random(~seed);
    Shape kernel =
        Shape.of(
            outputs, input.channels() / groups, window.kernel().height(), window.kernel().width());
    Tensor weight = gaussian(random, kernel);
    Tensor biases = bias ? gaussian(random, Shape.of(outputs)) : null;
    OnnxTwin twin =
        new OnnxTwin("Seed" + seed, input)
            .conv("conv", "input", new Op.Conv(window, groups, weight, biases, Activation.NONE))
            .batchNorm("bn", "conv", norm(random));
    return relu
        ? twin.activation("relu", "bn", Activation.Kind.RELU).output("relu")
        : twin.output("bn");
  }

  /** γ of either sign, or 0 in about every eighth channel; variances from 1e-8 to 10. */
  private Op.BatchNorm norm(Random random) {
    Shape shape = Shape.of(outputs);
    return new Op.BatchNorm(
        Tensor.computed(shape, c -> random.nextInt(8) == 0 ? 0 : (float) random.nextGaussian()),
        gaussian(random, shape),
        gaussian(random, shape),
        Tensor.computed(shape, c -> (float) Math.pow(10, 1 - 9 * random.nextDouble())),
        epsilon);
  }

  /** Kernel, stride, dilation and padding on an axis of this extent, at least one position. */
  private static Window.Axis axis(Random random, int extent, int leastKernel) {
    Window.Axis axis;
    do {
      int kernel = leastKernel + random.nextInt(5);
      int dilation = 1 + random.nextInt(3);
      int reach = (kernel - 1) * dilation + 1;
      axis =
          new Window.Axis(
              kernel,
              1 + random.nextInt(3),
              dilation,
              random.nextInt(reach + 1),
              random.nextInt(reach + 1));
    } while (axis.outputs(extent, false) < 1);
    return axis;
  }

  private static Window window(Window.Axis rows, Window.Axis columns) {
    return new Window(
        new Window.Pair(rows.kernel(), columns.kernel()),
        new Window.Pair(rows.stride(), columns.stride()),
        new Window.Pair(rows.dilation(), columns.dilation()),
        new Window.Padding(rows.before(), columns.before(), rows.after(), columns.after()));
  }

  private static int channels(Random random) {
    return CHANNELS[random.nextInt(CHANNELS.length)];
  }

  private static Tensor gaussian(Random random, Shape shape) {
    return Tensor.computed(shape, i -> (float) random.nextGaussian());
  }

  /** Seeds that follow each other give generators that begin alike; so they are spread first. */
  private static Random random(int seed) {
    return new Random(seed * 0x9E3779B97F4A7C15L);
  }

  @Override
  public String toString() {
    Window.Padding p = window.padding();
    return String.format(
        "seed %d: %s to %d channels, %d groups, kernel %s, stride %s, dilation %s, padding %d %d %d"
            + " %d%s%s, eps %.1e",
        seed,
        input,
        outputs,
        groups,
        pair(window.kernel()),
        pair(window.stride()),
        pair(window.dilation()),
        p.top(),
        p.left(),
        p.bottom(),
        p.right(),
        bias ? ", bias" : "",
        relu ? ", ReLU" : "",
        epsilon);
  }

  private static String pair(Window.Pair pair) {
    return pair.height() + "x" + pair.width();
  }
}
