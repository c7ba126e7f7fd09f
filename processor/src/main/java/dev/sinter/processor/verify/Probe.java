package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Shape;
import java.util.Locale;
import java.util.Random;

/** The kinds of input that two fragments are compared on. */
enum Probe {
  /** Normally distributed. */
  RANDOM,

  /** Random on the outermost ring and zero inside, so that nothing drowns what borders do. */
  BORDER,

  /** Zero, which leaves what constants add. */
  ZERO;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The elements of one value. */
  double[] elements(Shape shape, Random random) {
    double[] elements = new double[Math.toIntExact(shape.size())];
    for (int i = 0; i < elements.length; i++) {
      double sample = random.nextGaussian();
      elements[i] = this == RANDOM || (this == BORDER && isOnRing(shape, i)) ? sample : 0;
    }
    return elements;
  }

  /** An axis of one element has no ends; a single element is all ring. */
  private static boolean isOnRing(Shape shape, int index) {
    int x = index % shape.width();
    int y = index / shape.width() % shape.height();
    return shape.plane() == 1
        || (shape.width() > 1 && (x == 0 || x == shape.width() - 1))
        || (shape.height() > 1 && (y == 0 || y == shape.height() - 1));
  }
}
