package dev.sinter.processor;

import static dev.sinter.processor.ir.Activation.Kind.ELU;
import static dev.sinter.processor.ir.Activation.Kind.GELU;
import static dev.sinter.processor.ir.Activation.Kind.HARD_SIGMOID;
import static dev.sinter.processor.ir.Activation.Kind.HARD_SWISH;
import static dev.sinter.processor.ir.Activation.Kind.LEAKY_RELU;
import static dev.sinter.processor.ir.Activation.Kind.MISH;
import static dev.sinter.processor.ir.Activation.Kind.RELU;
import static dev.sinter.processor.ir.Activation.Kind.RELU6;
import static dev.sinter.processor.ir.Activation.Kind.SELU;
import static dev.sinter.processor.ir.Activation.Kind.SIGMOID;
import static dev.sinter.processor.ir.Activation.Kind.SILU;
import static dev.sinter.processor.ir.Activation.Kind.SOFTPLUS;
import static dev.sinter.processor.ir.Activation.Kind.TANH;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.Random;

/**
 * A whole network: a strided stem, a depthwise-separable block with a residual, a grouped and
 * dilated convolution, all pools, every activation, a linear layer with a batch normalization, and
 * a classifier. Weights are scaled so that each layer keeps the size of its values.
 */
final class SmallNetwork {
  private final Random random = new Random(12);
  private final OnnxTwin twin = new OnnxTwin("SmallNetwork", Shape.of(3, 30, 26));

  static OnnxTwin twin() {
    SmallNetwork network = new SmallNetwork();
    network.stem();
    network.block();
    network.body();
    network.head();
    return network.twin;
  }

  private void stem() {
    conv("stem", "input", 3, 16, 1, window(3, 2, 1, 1));
    norm("stemNorm", "stem", 16);
    twin.activation("stemAct", "stemNorm", HARD_SWISH);
  }

  private void block() {
    conv("expand", "stemAct", 16, 33, 1, window(1, 1, 1, 0));
    norm("expandNorm", "expand", 33);
    twin.activation("expandAct", "expandNorm", RELU6);
    conv("depthwise", "expandAct", 33, 33, 33, window(5, 1, 1, 2));
    norm("depthwiseNorm", "depthwise", 33);
    twin.activation("depthwiseAct", "depthwiseNorm", SILU);
    conv("project", "depthwiseAct", 33, 16, 1, window(1, 1, 1, 0));
    norm("projectNorm", "project", 16);
    twin.add("sum", "projectNorm", "stemAct");
    twin.activation("sumAct", "sum", RELU).output("sumAct");
  }

  private void body() {
    conv("grouped", "sumAct", 16, 24, 4, window(3, 1, 2, 2));
    norm("groupedNorm", "grouped", 24);
    twin.activation("groupedAct", "groupedNorm", LEAKY_RELU, 0.125);
    twin.averagePool("average", "groupedAct", pool(Op.Pool.Kind.AVERAGE, 3, 2, 1));
    norm("alone", "average", 24);
    twin.activation("aloneAct", "alone", GELU).output("aloneAct");
    conv("same", "aloneAct", 24, 24, 1, window(3, 1, 1, 1));
    twin.activation("sameAct", "same", MISH);
    norm("afterMish", "sameAct", 24);
    twin.maxPool("max", "afterMish", pool(Op.Pool.Kind.MAX, 2, 2, 0));
    conv("last", "max", 24, 25, 1, window(3, 1, 1, 1));
    twin.activation("lastElu", "last", ELU, 0.75);
    twin.activation("lastSelu", "lastElu", SELU).output("lastSelu");
  }

  private void head() {
    twin.globalAveragePool("pooled", "lastSelu").flatten("features", "pooled");
    linear("hidden", "features", 25, 17);
    norm("hiddenNorm", "hidden", 17);
    twin.activation("hiddenTanh", "hiddenNorm", TANH).output("hiddenTanh");
    twin.activation("hiddenSoftplus", "hiddenTanh", SOFTPLUS, 1);
    twin.activation("hiddenSigmoid", "hiddenSoftplus", SIGMOID);
    twin.activation("hiddenHard", "hiddenSigmoid", HARD_SIGMOID);
    twin.add("mixed", "hiddenHard", "hiddenTanh");
    linear("logits", "mixed", 17, 10);
    twin.output("logits").softmax("probabilities", "logits").output("probabilities");
  }

  private void conv(String name, String from, int in, int out, int groups, Window window) {
    int kernel = window.kernel().height();
    double fanIn = kernel * kernel * in / (double) groups;
    Tensor weight = gaussian(0, 1 / Math.sqrt(fanIn), Shape.of(out, in / groups, kernel, kernel));
    twin.conv(name, from, new Op.Conv(window, groups, weight, bias(out), Activation.NONE));
  }

  private void linear(String name, String from, int in, int out) {
    Tensor weight = gaussian(0, 1 / Math.sqrt(in), Shape.of(out, in));
    twin.linear(name, from, new Op.Linear(weight, bias(out), Activation.NONE));
  }

  private void norm(String name, String from, int channels) {
    Shape shape = Shape.of(channels);
    Tensor variance = Tensor.computed(shape, c -> (float) Math.exp(random.nextGaussian() / 2));
    twin.batchNorm(
        name,
        from,
        new Op.BatchNorm(
            gaussian(1, 0.5, shape),
            gaussian(0, 0.5, shape),
            gaussian(0, 0.5, shape),
            variance,
            1e-3));
  }

  /** Every other layer has one. */
  private Tensor bias(int length) {
    return random.nextBoolean() ? gaussian(0, 0.2, Shape.of(length)) : null;
  }

  private Tensor gaussian(double mean, double deviation, Shape shape) {
    return Tensor.computed(shape, i -> (float) (mean + deviation * random.nextGaussian()));
  }

  private static Op.Pool pool(Op.Pool.Kind kind, int kernel, int stride, int padding) {
    return new Op.Pool(kind, window(kernel, stride, 1, padding), false, false);
  }

  private static Window window(int kernel, int stride, int dilation, int padding) {
    return new Window(
        new Window.Pair(kernel, kernel),
        new Window.Pair(stride, stride),
        new Window.Pair(dilation, dilation),
        new Window.Padding(padding, padding, padding, padding));
  }
}
