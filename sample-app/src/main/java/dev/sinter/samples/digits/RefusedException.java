package dev.sinter.samples.digits;

/** Why a request gets no answer but a status and a line of text. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1;

  /** The HTTP status. */
  final int status;

  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }
}
