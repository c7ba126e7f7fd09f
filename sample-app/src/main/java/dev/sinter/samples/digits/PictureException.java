package dev.sinter.samples.digits;

/** Why a picture gives no digit, in words for the person who named the file. */
final class PictureException extends Exception {
  private static final long serialVersionUID = 1;

  PictureException(String message) {
    super(message);
  }
}
