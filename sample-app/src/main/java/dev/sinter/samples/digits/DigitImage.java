package dev.sinter.samples.digits;

import java.awt.image.BufferedImage;

/**
 * Makes of a picture of one digit what the network was trained on, as MNIST was made: light on
 * dark, the longer side 20 pixels, the centre of mass in the middle of 28 x 28.
 *
 * <p>Source: Y. LeCun, C. Cortes, C. Burges, <i>The MNIST Database of Handwritten Digits</i>. Its
 * own pictures pass nearly unchanged.
 */
final class DigitImage {
  /** The width and height of what the network reads. */
  static final int SIDE = 28;

  private static final int DIGIT = 20;

  /** The pixel on which MNIST's centres of mass lie, rounded. */
  private static final int CENTRE = 14;

  private DigitImage() {}

  /**
   * The network's input: 28 x 28 bytes, from 0 (paper) to 255 (the strongest ink).
   *
   * @throws PictureException if all of the picture has one colour
   */
  static byte[] of(BufferedImage picture) throws PictureException {
    PixelMap digit = Strokes.cut(Ink.of(PixelMap.of(picture)));
    double pixel = Math.max(digit.width, digit.height) / (double) DIGIT;
    double[] centre = centreOfMass(digit);
    int left = offset(centre[0], digit.width, pixel);
    int top = offset(centre[1], digit.height, pixel);

    PixelMap image = new PixelMap(SIDE, SIDE);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.set(x, y, mean(digit, (x - left) * pixel, (y - top) * pixel, pixel));
      }
    }
    return image.levels();
  }

  private static double[] centreOfMass(PixelMap digit) {
    double mass = 0;
    double massX = 0;
    double massY = 0;
    for (int y = 0; y < digit.height; y++) {
      for (int x = 0; x < digit.width; x++) {
        double value = digit.get(x, y);
        mass += value;
        massX += value * (x + 0.5);
        massY += value * (y + 0.5);
      }
    }
    return new double[] {massX / mass, massY / mass};
  }

  /** Where the digit begins, so that its centre comes to the middle, but none of it is cut off. */
  private static int offset(double centre, int length, double pixel) {
    int last = SIDE - (int) Math.ceil(length / pixel);
    long centred = Math.round(CENTRE + 0.5 - centre / pixel);
    return (int) Math.max(0, Math.min(centred, last));
  }

  /** The mean of a square, of which any part may lie outside, where there is paper. */
  private static float mean(PixelMap digit, double left, double top, double side) {
    int endX = (int) Math.min(Math.ceil(left + side), digit.width);
    int endY = (int) Math.min(Math.ceil(top + side), digit.height);
    double sum = 0;
    for (int y = (int) Math.max(top, 0); y < endY; y++) {
      double covered = Math.min(y + 1, top + side) - Math.max(y, top);
      for (int x = (int) Math.max(left, 0); x < endX; x++) {
        sum += digit.get(x, y) * covered * (Math.min(x + 1, left + side) - Math.max(x, left));
      }
    }
    return (float) (sum / (side * side));
  }
}
