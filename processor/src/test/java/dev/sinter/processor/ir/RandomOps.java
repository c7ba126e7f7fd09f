package dev.sinter.processor.ir;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Operators with random constants, which are floats as in a weights file. What they give is about
 * as large as what they are given, however many follow each other.
 */
public final class RandomOps {
  private static final Window.Pair ONE = new Window.Pair(1, 1);

  private final Choices choices;
  private final Random random;

  public RandomOps(long seed) {
    this(new Random(seed));
  }

  RandomOps(Random random) {
    this(Choices.of(random), random);
  }

  /**
   * @param choices of what sort an operator is
   * @param random makes its constants
   */
  RandomOps(Choices choices, Random random) {
    this.choices = choices;
    this.random = random;
  }

  /** 3 × 3 with padding 1, so that the map keeps its size, and a bias. */
  public Op.Conv conv(int in, int out) {
    Window window = new Window(new Window.Pair(3, 3), ONE, ONE, new Window.Padding(1, 1, 1, 1));
    return conv(window, 1, in, out, true);
  }

  public Op.Conv conv(Window window, int groups, int in, int out, boolean bias) {
    Window.Pair kernel = window.kernel();
    Shape shape = Shape.of(out, in / groups, kernel.height(), kernel.width());
    return new Op.Conv(window, groups, weight(shape), bias ? vector(out) : null, Activation.NONE);
  }

  public Op.ConvTranspose convTranspose(Window window, int groups, int in, int out, boolean bias) {
    Window.Pair kernel = window.kernel();
    Shape shape = Shape.of(in, out / groups, kernel.height(), kernel.width());
    return new Op.ConvTranspose(
        window, 0, 0, groups, weight(shape), bias ? vector(out) : null, Activation.NONE);
  }

  public Op.Linear linear(int in, int out) {
    return new Op.Linear(
        weight(Shape.of(out, in)), choices.nextBoolean() ? vector(out) : null, Activation.NONE);
  }

  /** γ of either sign, 0 and no normal float; σ² of 0 and a little below, where ε is large. */
  public Op.BatchNorm norm(int channels) {
    double epsilon = new double[] {1e-5, 1e-3, 0.25}[random.nextInt(3)];
    Shape shape = Shape.of(channels);
    return new Op.BatchNorm(
        Tensor.computed(shape, c -> oneIn(10) ? 0 : oneIn(20) ? 1e-42f : sample()),
        vector(channels),
        vector(channels),
        Tensor.computed(
            shape,
            c ->
                epsilon < 0.1 || !oneIn(5)
                    ? (float) (0.25 + random.nextDouble())
                    : oneIn(2) ? 0 : -0.125),
        epsilon);
  }

  /** With no negative scale. */
  public Op.BatchNorm positive(int channels) {
    Op.BatchNorm norm = norm(channels);
    Tensor gamma = Tensor.computed(Shape.of(channels), c -> Math.abs(norm.gamma().get(c)));
    return new Op.BatchNorm(gamma, norm.beta(), norm.mean(), norm.variance(), norm.epsilon());
  }

  /** A product with positive constants. */
  public Op.Affine scale(int channels) {
    return Op.Affine.times(
        Tensor.computed(Shape.of(channels), c -> (float) (0.5 + random.nextDouble())));
  }

  /** A sum, difference, product or quotient with a constant, or a general map. */
  public Op.Affine affine(int channels) {
    Tensor constant = Tensor.computed(Shape.of(channels), c -> (float) (0.5 + random.nextDouble()));
    return switch (choices.nextInt(6)) {
      case 0 -> Op.Affine.plus(constant);
      case 1 -> Op.Affine.minus(constant);
      case 2 -> Op.Affine.subtractedFrom(constant);
      case 3 -> Op.Affine.times(constant);
      case 4 -> Op.Affine.over(constant);
      default -> new Op.Affine(vector(channels), vector(channels), Activation.NONE);
    };
  }

  /** One with which a positive scale commutes. */
  public Activation homogeneous(int channels) {
    return switch (choices.nextInt(3)) {
      case 0 -> Activation.of(Activation.Kind.RELU);
      case 1 -> Activation.of(Activation.Kind.LEAKY_RELU, sample() / 4);
      default ->
          Activation.of(
              Activation.Kind.PRELU,
              IntStream.range(0, channels).mapToDouble(i -> sample()).toArray());
    };
  }

  /** Any function but none. */
  public Activation activation(int channels) {
    Activation.Kind[] kinds = Activation.Kind.values();
    Activation.Kind kind = kinds[1 + choices.nextInt(kinds.length - 1)];
    return switch (kind) {
      case LEAKY_RELU -> Activation.of(kind, sample() / 4);
      case ELU, SOFTPLUS -> Activation.of(kind, 0.5 + random.nextDouble());
      case CLIP -> {
        double[] limits = {sample(), sample()};
        Arrays.sort(limits);
        yield Activation.of(kind, limits);
      }
      case PRELU -> {
        int slopes = choices.nextBoolean() ? 1 : channels;
        yield Activation.of(kind, IntStream.range(0, slopes).mapToDouble(i -> sample()).toArray());
      }
      default -> Activation.of(kind);
    };
  }

  /** Elements for an input. */
  public double[] elements(Shape shape) {
    return IntStream.range(0, (int) shape.size()).mapToDouble(i -> sample()).toArray();
  }

  Tensor vector(int length) {
    return Tensor.computed(Shape.of(length), i -> sample());
  }

  /** Rows of length about 1. */
  private Tensor weight(Shape shape) {
    double terms = (double) shape.size() / shape.extent(0);
    return Tensor.computed(shape, i -> (float) (sample() / Math.sqrt(terms)));
  }

  private double sample() {
    return (float) random.nextGaussian();
  }

  private boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }
}
