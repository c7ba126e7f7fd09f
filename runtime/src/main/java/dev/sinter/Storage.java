package dev.sinter;

/**
 * How the weights of convolutions, transposed convolutions and linear layers are kept in a compiled
 * network. It is a matter of bytes only: they are widened to floats as the network is loaded, and
 * computed with as floats. Everything else, biases and what is left of batch normalizations above
 * all, stays in floats.
 *
 * <p>Folding comes first, in double, and what came of it is rounded once, to the storage. Weights
 * that were rounded before they are folded would have to be rounded again.
 */
public enum Storage {
  /** 32 bits a weight. */
  FLOAT32,

  /**
   * 16 bits a weight: IEEE 754 binary16, to the nearest, ties to even. A weight of 65,520 or more
   * is an error.
   */
  FLOAT16,

  /**
   * 8 bits a weight: an integer q from −127 to 127, which stands for q·s. Each output channel has a
   * scale s, a float, that makes Σ(w − q·s)² over its weights as small as a search finds; its
   * largest weight may be clipped.
   */
  INT8
}
