package dev.sinter.samples.digits;

import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;

/**
 * A digit that the network was not trained on, with PyTorch's answer.
 *
 * @param picture 28 x 28, grey, light on dark
 * @param label the digit that it shows
 * @param logits the values before the softmax, computed by PyTorch in float64
 */
record HeldOut(BufferedImage picture, int label, double[] logits) {

  private static final int SIDE = 28;
  private static final int COLUMNS = 40;

  /** All 1,000, read from the files that {@code training/train.py} wrote. */
  static List<HeldOut> all() throws IOException {
    List<HeldOut> all = new ArrayList<>();
    try (InputStream png = HeldOut.class.getResourceAsStream("heldout.png");
        InputStream csv = HeldOut.class.getResourceAsStream("heldout.csv")) {
      BufferedImage sheet = ImageIO.read(png);
      List<String> lines =
          new BufferedReader(new InputStreamReader(csv, StandardCharsets.US_ASCII))
              .lines()
              .toList();
      for (String line : lines.subList(1, lines.size())) {
        double[] values = Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray();
        int x = all.size() % COLUMNS * SIDE;
        int y = all.size() / COLUMNS * SIDE;
        all.add(
            new HeldOut(
                sheet.getSubimage(x, y, SIDE, SIDE),
                (int) values[0],
                Arrays.copyOfRange(values, 1, values.length)));
      }
    }
    return all;
  }

  /** The network's input: the picture's bytes, which training divided by 255, and nothing else. */
  byte[] pixels() {
    return (byte[]) picture.getData().getDataElements(0, 0, SIDE, SIDE, null);
  }

  /** The digit that these logits take the picture for. */
  static int indexOfMax(double[] logits) {
    int best = 0;
    for (int digit = 1; digit < logits.length; digit++) {
      best = logits[digit] > logits[best] ? digit : best;
    }
    return best;
  }
}
