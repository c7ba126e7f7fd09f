package dev.sinter.processor.quantize;

import dev.sinter.processor.ir.Encoding;
import dev.sinter.processor.ir.Graph;
import dev.sinter.processor.ir.Node;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.quantize.Quantization.Layer;
import dev.sinter.processor.quantize.Quantization.Orders;
import dev.sinter.processor.verify.Evaluation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Measures what storing weights changes, in the order in which it is done and in the other.
 *
 * <p>The outputs are computed in double. That takes time, so large networks get fewer images: as
 * many as {@value #WORK} multiplications are enough for, at least one and at most {@value #IMAGES};
 * of the images that the user gives, four times as many of both.
 */
public final class Experiment {
  private static final long WORK = 1L << 31;
  private static final long IMAGES = 8;
  private static final int PATIENCE = 4;

  private final Graph folded;
  private final Graph stored;
  private final Optional<Graph> storedTwice;

  /**
   * An experiment.
   *
   * @param folded the folded graph, exact
   * @param stored the same with its weights as they are stored
   * @param storedTwice the graph of stored weights, folded, and stored once more; nothing if
   *     nothing was folded
   */
  public Experiment(Graph folded, Graph stored, Optional<Graph> storedTwice) {
    this.folded = folded;
    this.stored = stored;
    this.storedTwice = storedTwice;
  }

  /** How many images of the user's are looked at, at most. */
  public int patience() {
    return images(PATIENCE);
  }

  private int images(int patience) {
    long work = Math.max(1, folded.macs());
    return (int) Math.max(1, Math.min(patience * IMAGES, patience * WORK / work));
  }

  /**
   * Measures.
   *
   * @param given images of the network's only input, none for random ones
   */
  public Quantization run(List<double[]> given) {
    List<Map<Integer, double[]>> images = given.isEmpty() ? random() : named(given);
    List<List<double[]>> exact = outputs(folded, images);
    List<List<double[]>> compiled = outputs(stored, images);
    Orders outputs =
        new Orders(
            ratio(exact, compiled), storedTwice.map(graph -> ratio(exact, outputs(graph, images))));
    return new Quantization(
        layers(), images.size(), !given.isEmpty(), outputs, largest(exact, compiled));
  }

  private List<Map<Integer, double[]>> random() {
    Random random = new Random(1);
    List<Map<Integer, double[]>> images = new ArrayList<>();
    for (int i = 0; i < images(1); i++) {
      Map<Integer, double[]> image = new HashMap<>();
      for (Node input : folded.inputs()) {
        int size = Math.toIntExact(input.shape().size());
        image.put(input.id(), DoubleStream.generate(random::nextGaussian).limit(size).toArray());
      }
      images.add(image);
    }
    return images;
  }

  private List<Map<Integer, double[]>> named(List<double[]> given) {
    int input = folded.inputs().get(0).id();
    return given.stream().map(image -> Map.of(input, image)).toList();
  }

  private static List<List<double[]>> outputs(Graph graph, List<Map<Integer, double[]>> images) {
    return images.stream().map(image -> Evaluation.outputs(graph, image)).toList();
  }

  private static Ratio ratio(List<List<double[]>> exact, List<List<double[]>> found) {
    Ratio ratio = Ratio.NONE;
    for (int image = 0; image < exact.size(); image++) {
      for (int output = 0; output < exact.get(image).size(); output++) {
        double[] y = exact.get(image).get(output);
        double[] z = found.get(image).get(output);
        ratio = ratio.plus(Ratio.of(y.length, i -> y[i], i -> z[i]));
      }
    }
    return ratio;
  }

  /** Infinite where an output is 0 for all images and becomes something else. */
  private static double largest(List<List<double[]>> exact, List<List<double[]>> found) {
    int outputs = exact.get(0).size();
    return IntStream.range(0, outputs).mapToDouble(o -> largest(exact, found, o)).max().orElse(0);
  }

  private static double largest(
      List<List<double[]>> exact, List<List<double[]>> found, int output) {
    double change = 0;
    double most = 0;
    for (int image = 0; image < exact.size(); image++) {
      double[] y = exact.get(image).get(output);
      double[] z = found.get(image).get(output);
      for (int i = 0; i < y.length; i++) {
        change = Math.max(change, Math.abs(z[i] - y[i]));
        most = Math.max(most, Math.abs(y[i]));
      }
    }
    return change == 0 ? 0 : change / most;
  }

  private List<Layer> layers() {
    List<Layer> layers = new ArrayList<>();
    for (Node node : stored.nodes()) {
      if (node.op() instanceof Op.Weighted op
          && op.weight().encoding() instanceof Encoding.Coded coded) {
        Tensor exact = ((Op.Weighted) folded.node(node.id()).op()).weight();
        Orders orders =
            new Orders(
                ratio(exact, op.weight()), storedTwice.flatMap(graph -> ratio(exact, node, graph)));
        layers.add(
            new Layer(
                node.name(),
                Storage.of(coded),
                (long) exact.size() * Float.BYTES,
                op.weight().bytes(),
                orders));
      }
    }
    return layers;
  }

  private static Ratio ratio(Tensor exact, Tensor found) {
    return Ratio.of(exact.size(), exact::get, found::get);
  }

  /** Of the operator in another graph that does the same work, if there is one. */
  private static Optional<Ratio> ratio(Tensor exact, Node node, Graph graph) {
    return graph.nodes().stream()
        .filter(other -> other.fields().equals(node.fields()))
        .filter(other -> other.op() instanceof Op.Weighted)
        .map(other -> ((Op.Weighted) other.op()).weight())
        .filter(weight -> weight.shape().equals(exact.shape()))
        .findFirst()
        .map(weight -> ratio(exact, weight));
  }
}
