package dev.sinter.samples.digits;

import java.util.Arrays;

/**
 * What a digit is written on: one brightness, or one that changes evenly from side to side, as
 * where the light comes from a window.
 */
final class Paper {
  private final float middle;
  private final float across;
  private final float down;

  private Paper(float middle, float across, float down) {
    this.middle = middle;
    this.across = across;
    this.down = down;
  }

  /**
   * Subtracts the paper, as the picture's border shows it, from the whole picture. Medians and not
   * means: a stroke may reach the border.
   */
  static PixelMap removedFrom(PixelMap picture) {
    float[] border = border(picture);
    int width = picture.width;
    int height = picture.height;
    float top = median(border, 0, width);
    float bottom = median(border, width, width);
    float left = median(border, 2 * width, height);
    float right = median(border, 2 * width + height, height);
    Paper shaded = new Paper((top + bottom + left + right) / 4, right - left, bottom - top);
    Paper even = new Paper(median(border, 0, border.length), 0, 0);

    PixelMap onShaded = shaded.subtractedFrom(picture);
    PixelMap onEven = even.subtractedFrom(picture);
    return spread(onShaded) < spread(onEven) ? onShaded : onEven;
  }

  private PixelMap subtractedFrom(PixelMap picture) {
    PixelMap difference = new PixelMap(picture.width, picture.height);
    for (int y = 0; y < picture.height; y++) {
      float level = middle + down * fromCentre(y, picture.height);
      for (int x = 0; x < picture.width; x++) {
        float paper = level + across * fromCentre(x, picture.width);
        difference.set(x, y, picture.get(x, y) - paper);
      }
    }
    return difference;
  }

  /** From -1/2 at one side to 1/2 at the other. */
  private static float fromCentre(int position, int length) {
    return (position + 0.5f) / length - 0.5f;
  }

  /** How far the border typically is from 0. */
  private static float spread(PixelMap difference) {
    float[] border = border(difference);
    for (int i = 0; i < border.length; i++) {
      border[i] = Math.abs(border[i]);
    }
    return median(border, 0, border.length);
  }

  /** The top row, the bottom row, the left column, the right column. */
  private static float[] border(PixelMap map) {
    int width = map.width;
    int height = map.height;
    float[] border = new float[2 * (width + height)];
    for (int x = 0; x < width; x++) {
      border[x] = map.get(x, 0);
      border[width + x] = map.get(x, height - 1);
    }
    for (int y = 0; y < height; y++) {
      border[2 * width + y] = map.get(0, y);
      border[2 * width + height + y] = map.get(width - 1, y);
    }
    return border;
  }

  private static float median(float[] values, int from, int length) {
    float[] sorted = Arrays.copyOfRange(values, from, from + length);
    Arrays.sort(sorted);
    return sorted[length / 2];
  }
}
