package dev.sinter.samples.digits;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;

/** A rectangle of pixels, each of one value. Pictures have 0 for black and 1 for white. */
final class PixelMap {
  final int width;
  final int height;
  private final float[] values;

  /** Pixels that are all 0. */
  PixelMap(int width, int height) {
    this.width = width;
    this.height = height;
    values = new float[width * height];
  }

  /** The picture's luma, laid on white where it is transparent. */
  static PixelMap of(BufferedImage picture) {
    PixelMap map = new PixelMap(picture.getWidth(), picture.getHeight());
    if (hasGreySamples(picture.getColorModel())) {
      map.copySamples(picture.getRaster(), picture.getColorModel());
    } else {
      map.copyLuma(picture);
    }
    return map;
  }

  /**
   * Whether the raster holds the grey values of the file. They have to be taken from there, since
   * {@link BufferedImage#getRGB} mistakes them for linear light and makes them lighter.
   */
  private static boolean hasGreySamples(ColorModel model) {
    int type = model.getTransferType();
    return model.getColorSpace().getType() == ColorSpace.TYPE_GRAY
        && (type == DataBuffer.TYPE_BYTE || type == DataBuffer.TYPE_USHORT)
        && !model.isAlphaPremultiplied();
  }

  private void copySamples(Raster raster, ColorModel model) {
    float white = (1 << model.getComponentSize(0)) - 1;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float alpha = model.hasAlpha() ? raster.getSample(x, y, 1) / white : 1;
        set(x, y, onWhite(raster.getSample(x, y, 0) / white, alpha));
      }
    }
  }

  private void copyLuma(BufferedImage picture) {
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      picture.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++) {
        int argb = row[x];
        // ITU-R BT.709, of the encoded colours.
        float luma =
            0.2126f * (argb >> 16 & 0xff) + 0.7152f * (argb >> 8 & 0xff) + 0.0722f * (argb & 0xff);
        set(x, y, onWhite(luma / 255, (argb >>> 24) / 255f));
      }
    }
  }

  private static float onWhite(float grey, float alpha) {
    return alpha * grey + (1 - alpha);
  }

  float get(int x, int y) {
    return values[y * width + x];
  }

  void set(int x, int y, float value) {
    values[y * width + x] = value;
  }

  /** The largest value. */
  float max() {
    return max(values);
  }

  private static float max(float[] values) {
    float max = 0;
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** All values, row by row, as {@link #levels(float[])}. */
  byte[] levels() {
    return levels(values);
  }

  /** In 256 levels: 255 for the largest, and 0 for 0 and below. */
  static byte[] levels(float[] values) {
    float max = Math.max(max(values), Float.MIN_NORMAL);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) Math.round(255 * Math.max(values[i] / max, 0));
    }
    return bytes;
  }
}
