package dev.sinter.processor.quantize;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What storing the weights of a network in fewer bits changes. Each figure is there for the weights
 * as they are compiled, which are folded first and then stored, and for those that come of the same
 * done the other way round.
 *
 * @param layers the operators with weights that are not kept as floats
 * @param images how many images the outputs were computed for
 * @param given whether the user gave them
 * @param outputs of all elements of the network's outputs, for all images
 * @param largest the largest change of an element, relative to the largest element of its output
 *     for all images, at the worst output
 */
public record Quantization(
    List<Layer> layers, int images, boolean given, Orders outputs, double largest) {

  /**
   * The same figure for the two ways to small weights. Nothing is stored before it is folded where
   * nothing was folded.
   *
   * @param foldedFirst folded in double, then stored: what is compiled
   * @param storedTwice stored, folded, and stored again in as many bytes as what is compiled
   */
  public record Orders(Ratio foldedFirst, Optional<Ratio> storedTwice) {
    static final Orders NONE = new Orders(Ratio.NONE, Optional.of(Ratio.NONE));

    Orders plus(Orders other) {
      return new Orders(foldedFirst.plus(other.foldedFirst), sum(storedTwice, other.storedTwice));
    }

    private static Optional<Ratio> sum(Optional<Ratio> one, Optional<Ratio> other) {
      return one.flatMap(ratio -> other.map(ratio::plus));
    }
  }

  /**
   * The weights of one operator.
   *
   * @param name its name
   * @param storage how they are kept
   * @param floats the bytes that they take as floats
   * @param bytes the bytes that they take as they are kept, with their scales
   * @param weights how exact they are; of the other order nothing where that made another operator
   */
  public record Layer(String name, Storage storage, long floats, long bytes, Orders weights) {}

  /** The weights of all layers together. */
  public Orders weights() {
    return layers.stream().map(Layer::weights).reduce(Orders.NONE, Orders::plus);
  }

  /** The bytes that the weights of all these layers would take as floats. */
  public long floats() {
    return layers.stream().mapToLong(Layer::floats).sum();
  }

  /** The bytes that they take. */
  public long bytes() {
    return layers.stream().mapToLong(Layer::bytes).sum();
  }

  /** The layer of that name. */
  public Optional<Layer> layer(String name) {
    return layers.stream().filter(layer -> layer.name().equals(name)).findFirst();
  }

  /** The layers whose weights lose the most, the worst first. */
  public List<Layer> worst(int count) {
    return layers.stream()
        .sorted(Comparator.comparingDouble(layer -> layer.weights().foldedFirst().decibels()))
        .limit(count)
        .toList();
  }
}
