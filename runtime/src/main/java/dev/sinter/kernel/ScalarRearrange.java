package dev.sinter.kernel;

/** A copy whose elements are looked up in tables: channels together where they lie so. */
final class ScalarRearrange implements Kernel {
  private static final int PART = 65_536; // elements

  private final Slot input;
  private final Slot output;
  private final int[] channels; // floats in the arena
  private final int[] rows;
  private final int[] columns;
  private final boolean together;
  private final int band;

  ScalarRearrange(Slot input, Slot output, float[] channels, float[] rows, float[] columns) {
    this.input = input;
    this.output = output;
    this.channels = floats(channels);
    this.rows = floats(rows);
    this.columns = floats(columns);
    boolean follow = true;
    for (int c = 1; c < this.channels.length; c++) {
      follow &= this.channels[c] == this.channels[c - 1] + 1;
    }
    together = follow;
    band = Math.max(1, PART / (output.channels() * output.width()));
  }

  private int[] floats(float[] places) {
    int[] floats = new int[places.length / 2];
    for (int i = 0; i < floats.length; i++) {
      int channel = (int) places[2 * i];
      int position = (int) places[2 * i + 1];
      floats[i] = channel + position * input.pixelStride();
    }
    return floats;
  }

  @Override
  public int parts() {
    return (output.height() - 1) / band + 1;
  }

  @Override
  public void run(float[] arena, int part, Scratch scratch) {
    int end = Math.min((part + 1) * band, output.height());
    for (int i = part * band; i < end; i++) {
      for (int j = 0; j < output.width(); j++) {
        int x = input.offset() + rows[i] + columns[j];
        int y = output.position(i * output.width() + j);
        if (together) {
          System.arraycopy(arena, x + channels[0], arena, y, channels.length);
        } else {
          for (int c = 0; c < channels.length; c++) {
            arena[y + c] = arena[x + channels[c]];
          }
        }
      }
    }
  }
}
