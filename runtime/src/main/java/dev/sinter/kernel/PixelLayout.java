package dev.sinter.kernel;

import dev.sinter.Pixels;

/**
 * Where in an image's bytes the channels of a pixel are: channel c of pixel p at {@code p·stride +
 * first + c·step}.
 */
final class PixelLayout {
  private final int stride;
  private final int first;
  private final int step;

  private PixelLayout(int stride, int first, int step) {
    this.stride = stride;
    this.first = first;
    this.step = step;
  }

  /** The layout of three channels in this order, or of one. */
  static PixelLayout of(Pixels.Order order, int channels) {
    if (channels == 1) {
      return new PixelLayout(1, 0, 1);
    }
    switch (order) {
      case RGB:
        return new PixelLayout(3, 0, 1);
      case BGR:
        return new PixelLayout(3, 2, -1);
      case RGBA:
        return new PixelLayout(4, 0, 1);
      case BGRA:
        return new PixelLayout(4, 2, -1);
      case ARGB:
        return new PixelLayout(4, 1, 1);
      case ABGR:
        return new PixelLayout(4, 3, -1);
    }
    throw new IllegalArgumentException(order.toString());
  }

  /** Bytes of a pixel. */
  int stride() {
    return stride;
  }

  /** The bytes of an image, [C, H, W], whose values are integers from 0 to 255; A is 0. */
  byte[] bytes(float[] image, int channels) {
    int positions = image.length / channels;
    byte[] bytes = new byte[positions * stride];
    for (int i = 0; i < image.length; i++) {
      bytes[i % positions * stride + first + i / positions * step] = (byte) (int) image[i];
    }
    return bytes;
  }

  /** Writes the image whose first byte is {@code pixels[from]}, 0 to 255, into the arena. */
  void store(byte[] pixels, int from, Slot slot, float[] arena) {
    int channels = slot.channels();
    int positions = slot.positions();
    for (int p = 0; p < positions; p++) {
      int to = slot.position(p);
      int at = from + p * stride + first;
      for (int c = 0; c < channels; c++) {
        arena[to + c] = pixels[at + c * step] & 0xff;
      }
    }
  }
}
