package dev.sinter.processor.emit;

/** A network does not fit the form it should be generated in. */
public final class TooLargeToBake extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * The reason.
   *
   * @param message a predicate whose subject is the network
   */
  TooLargeToBake(String message) {
    super(message);
  }
}
