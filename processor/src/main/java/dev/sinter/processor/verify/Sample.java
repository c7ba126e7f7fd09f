package dev.sinter.processor.verify;

import dev.sinter.processor.ir.Op;
import java.util.function.IntToDoubleFunction;

/**
 * Where an element of a resampled map lies, on one axis, in the map that was given.
 *
 * @param first the index before it, or its own
 * @param second the next one, or the same at the end
 * @param share how far it lies on the way to the second, from 0 to 1
 */
record Sample(int first, int second, double share) {

  /** One sample for each output. */
  static Sample[] of(Op.Upsample op, int outputs, int extent) {
    Sample[] samples = new Sample[outputs];
    for (int i = 0; i < outputs; i++) {
      samples[i] =
          op.mode() == Op.Upsample.Mode.NEAREST
              ? nearest(i, outputs, extent)
              : linear(i, outputs, extent, op.alignCorners());
    }
    return samples;
  }

  /**
   * ⌊i·extent/outputs⌋ as PyTorch computes it for float32, where 41·(1/41) is less than 1. Source:
   * aten/src/ATen/native/UpSample.h, nearest_idx.
   */
  private static Sample nearest(int i, int outputs, int extent) {
    int index = i;
    if (outputs == 2L * extent) {
      index = i / 2;
    } else if (outputs != extent) {
      index = Math.min((int) (i * ((float) extent / outputs)), extent - 1);
    }
    return new Sample(index, index, 0);
  }

  /** Source: the same file, area_pixel_compute_source_index. */
  private static Sample linear(int i, int outputs, int extent, boolean alignCorners) {
    double at;
    if (alignCorners) {
      at = outputs == 1 ? 0 : i * ((extent - 1.0) / (outputs - 1));
    } else {
      at = Math.max((i + 0.5) * ((double) extent / outputs) - 0.5, 0);
    }
    int first = Math.min((int) at, extent - 1);
    return new Sample(first, Math.min(first + 1, extent - 1), Math.min(at - first, 1));
  }

  /** The element of a row, or of a column, that begins at {@code from}. */
  double at(IntToDoubleFunction elements, int from) {
    return between(elements.applyAsDouble(from + first), elements.applyAsDouble(from + second));
  }

  /** One at no distance is itself, even if its neighbour is infinite. */
  double between(double before, double after) {
    return share == 0 ? before : (1 - share) * before + share * after;
  }
}
