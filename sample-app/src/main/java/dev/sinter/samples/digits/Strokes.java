package dev.sinter.samples.digits;

import java.util.ArrayList;
import java.util.List;

/** Finds the strokes of a digit, which may be several, among specks, which are small. */
final class Strokes {
  /** The least part of the largest stroke's ink that makes another one more than a speck. */
  private static final double MIN_SHARE = 0.1;

  private final PixelMap ink;
  private final float threshold;

  /** For each pixel 0, or the number of its stroke, counted from 1. */
  private final int[] labels;

  private final List<Stroke> strokes = new ArrayList<>();

  private Strokes(PixelMap ink) {
    this.ink = ink;
    // Half of it, because a stroke is paler at its edge and the whole of it counts.
    threshold = Ink.threshold(ink) / 2;
    labels = new int[ink.width * ink.height];
  }

  /** The smallest rectangle that has all strokes, without the specks in it. */
  static PixelMap cut(PixelMap ink) {
    Strokes strokes = new Strokes(ink);
    strokes.find();
    return strokes.cut();
  }

  private void find() {
    int[] stack = new int[labels.length];
    for (int pixel = 0; pixel < labels.length; pixel++) {
      if (isUnseenInk(pixel)) {
        strokes.add(trace(pixel, stack));
      }
    }
  }

  private boolean isUnseenInk(int pixel) {
    return labels[pixel] == 0 && ink.get(pixel % ink.width, pixel / ink.width) > threshold;
  }

  /** Labels all pixels that are connected with that one, in eight directions. */
  private Stroke trace(int pixel, int[] stack) {
    int label = strokes.size() + 1;
    Stroke stroke = new Stroke();
    int size = 0;
    stack[size++] = pixel;
    labels[pixel] = label;
    while (size > 0) {
      int next = stack[--size];
      int x = next % ink.width;
      int y = next / ink.width;
      stroke.add(x, y, ink.get(x, y));
      for (int v = Math.max(y - 1, 0); v <= Math.min(y + 1, ink.height - 1); v++) {
        for (int u = Math.max(x - 1, 0); u <= Math.min(x + 1, ink.width - 1); u++) {
          int neighbour = v * ink.width + u;
          if (isUnseenInk(neighbour)) {
            stack[size++] = neighbour;
            labels[neighbour] = label;
          }
        }
      }
    }
    return stroke;
  }

  private PixelMap cut() {
    double largest = strokes.stream().mapToDouble(stroke -> stroke.mass).max().orElseThrow();
    Stroke all = new Stroke();
    for (Stroke stroke : strokes) {
      stroke.isSpeck = stroke.mass < MIN_SHARE * largest;
      if (!stroke.isSpeck) {
        all.add(stroke);
      }
    }
    PixelMap digit = new PixelMap(all.right - all.left + 1, all.bottom - all.top + 1);
    for (int y = 0; y < digit.height; y++) {
      for (int x = 0; x < digit.width; x++) {
        int label = labels[(all.top + y) * ink.width + all.left + x];
        if (label == 0 || !strokes.get(label - 1).isSpeck) {
          digit.set(x, y, ink.get(all.left + x, all.top + y));
        }
      }
    }
    return digit;
  }

  /** A stroke's extent, its last pixels included, and how much ink it has. */
  private static final class Stroke {
    int left = Integer.MAX_VALUE;
    int top = Integer.MAX_VALUE;
    int right;
    int bottom;
    double mass;
    boolean isSpeck;

    void add(int x, int y, float value) {
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x);
      bottom = Math.max(bottom, y);
      mass += value;
    }

    void add(Stroke other) {
      add(other.left, other.top, 0);
      add(other.right, other.bottom, 0);
    }
  }
}
