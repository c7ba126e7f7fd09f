package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class DigitImageTest {
  private static final int SIDE = DigitImage.SIDE;
  private static final Color TRANSPARENT = new Color(0, 0, 0, 0);
  private static final Drawing PLAIN = Drawing.of(100, Color.BLACK, Color.WHITE);

  private static List<HeldOut> heldOut;
  private static Classifier classifier;

  @BeforeAll
  static void open() throws Exception {
    heldOut = HeldOut.all();
    classifier = new Classifier(SinteredDigits.load());
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  // ---- MNIST's pictures ----

  /** Nearly all pass as they are; a few lose what looks like a speck. */
  @Test
  void mnistPassesNearlyUnchanged() throws PictureException {
    int unchanged = 0;
    for (HeldOut digit : heldOut) {
      unchanged += meanDifference(DigitImage.of(digit.picture()), digit.pixels()) < 1.3 ? 1 : 0;
    }
    assertThat(unchanged).isAtLeast(970);
  }

  /** In levels of grey. */
  private static double meanDifference(byte[] a, byte[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += difference(a, b, i);
    }
    return sum / a.length;
  }

  private static int difference(byte[] a, byte[] b, int i) {
    return Math.abs((a[i] & 0xff) - (b[i] & 0xff));
  }

  @Test
  void mnistStaysAsReadable() throws PictureException {
    int right = 0;
    for (HeldOut digit : heldOut) {
      right += read(digit.picture()) == digit.label() ? 1 : 0;
    }
    assertThat(right).isAtLeast(980);
  }

  /** But for what rounds to the next level. */
  @Test
  void darkOnLightGivesTheSame() throws PictureException {
    for (HeldOut digit : heldOut) {
      BufferedImage inverted = change(digit.picture(), (value, position) -> 1 - value);
      byte[] expected = DigitImage.of(digit.picture());
      byte[] actual = DigitImage.of(inverted);
      for (int i = 0; i < expected.length; i++) {
        assertThat(difference(actual, expected, i)).isAtMost(1);
      }
    }
  }

  // ---- drawings ----

  @Test
  void anySize() throws PictureException {
    for (int size : new int[] {12, 16, 20, 28, 60, 200, 1000}) {
      assertReadable(Drawing.of(size, Color.BLACK, Color.WHITE));
    }
  }

  @Test
  void anyColours() throws PictureException {
    assertReadable(Drawing.of(100, Color.WHITE, Color.BLACK));
    assertReadable(Drawing.of(100, Color.BLUE, Color.YELLOW));
    assertReadable(Drawing.of(100, Color.RED, Color.GREEN));
    assertReadable(Drawing.of(100, Color.GRAY, Color.LIGHT_GRAY));
    assertReadable(Drawing.of(100, Color.GRAY, Color.DARK_GRAY));
    assertReadable(Drawing.of(100, Color.BLACK, TRANSPARENT));
  }

  @Test
  void anyPen() throws PictureException {
    for (double pen : new double[] {0.03, 0.06, 0.1, 0.15, 0.2}) {
      assertReadable(PLAIN.withPen(pen));
    }
  }

  @Test
  void anyPlace() throws PictureException {
    assertReadable(new Drawing(600, 200, 30, 80, 100, 0.12, Color.BLACK, Color.WHITE));
    assertReadable(new Drawing(200, 600, 100, 450, 100, 0.12, Color.WHITE, Color.BLACK));
  }

  @Test
  void strokesUpToTheBorder() throws PictureException {
    assertReadable(new Drawing(72, 112, 6, 6, 100, 0.12, Color.BLACK, Color.WHITE));
    assertReadable(new Drawing(72, 112, 6, 6, 100, 0.12, Color.WHITE, Color.BLACK));
  }

  @Test
  void photograph() throws PictureException {
    Random random = new Random(28);
    for (int digit = 0; digit < 10; digit++) {
      BufferedImage drawing = PLAIN.withPen(0.08).draw(digit);
      BufferedImage shadedAndNoisy =
          change(
              drawing,
              (value, position) ->
                  (0.1 + 0.8 * value) * (1 - 0.4 * position) + 0.02 * random.nextGaussian());
      assertWithMessage("photograph").that(read(shadedAndNoisy)).isEqualTo(digit);
    }
  }

  @Test
  void specksDoNotCount() throws PictureException {
    Random random = new Random(28);
    for (int digit = 0; digit < 10; digit++) {
      BufferedImage picture = PLAIN.draw(digit);
      for (int speck = 0; speck < 20; speck++) {
        picture.setRGB(random.nextInt(150), random.nextInt(150), Color.BLACK.getRGB());
      }
      assertWithMessage("with specks").that(read(picture)).isEqualTo(digit);
    }
  }

  private static void assertReadable(Drawing drawing) throws PictureException {
    for (int digit = 0; digit < 10; digit++) {
      assertWithMessage("%s", drawing).that(read(drawing.draw(digit))).isEqualTo(digit);
    }
  }

  // ---- what comes out ----

  @Test
  void theLongerSideIs20PixelsAndTheCentreOfMassInTheMiddle() throws PictureException {
    for (int digit = 0; digit < 10; digit++) {
      byte[] image = DigitImage.of(PLAIN.draw(digit));
      int top = SIDE;
      int bottom = -1;
      int most = 0;
      double mass = 0;
      double massX = 0;
      double massY = 0;
      for (int i = 0; i < image.length; i++) {
        int x = i % SIDE;
        int y = i / SIDE;
        int ink = image[i] & 0xff;
        most = Math.max(most, ink);
        if (ink > 0) {
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
        mass += ink;
        massX += ink * x;
        massY += ink * y;
      }
      assertThat(bottom - top + 1).isEqualTo(20);
      assertThat(massX / mass).isWithin(0.501).of(14); // a whole pixel's step may be off by half
      assertThat(massY / mass).isWithin(0.501).of(14);
      assertThat(most).isEqualTo(255);
    }
  }

  // ---- nothing in it ----

  @Test
  void oneColourIsRefused() {
    for (Color colour : List.of(Color.BLACK, Color.WHITE, Color.PINK, TRANSPARENT)) {
      BufferedImage picture = Drawing.of(100, colour, colour).draw(1);
      Exception e = assertThrows(PictureException.class, () -> DigitImage.of(picture));
      assertThat(e).hasMessageThat().isEqualTo("shows nothing: all of it has one colour");
    }
  }

  @Test
  void onePixelIsRefused() {
    BufferedImage picture = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    assertThrows(PictureException.class, () -> DigitImage.of(picture));
  }

  private static int read(BufferedImage picture) throws PictureException {
    return classifier.classify(DigitImage.of(picture)).get(0).digit();
  }

  /** Another grey for each, given its grey in [0, 1] and how far to the right it is, in [0, 1). */
  private static BufferedImage change(BufferedImage picture, DoubleBinaryOperator grey) {
    PixelMap before = PixelMap.of(picture);
    BufferedImage after =
        new BufferedImage(before.width, before.height, BufferedImage.TYPE_BYTE_GRAY);
    for (int y = 0; y < before.height; y++) {
      for (int x = 0; x < before.width; x++) {
        double value = grey.applyAsDouble(before.get(x, y), (double) x / before.width);
        after.getRaster().setSample(x, y, 0, Math.round(255 * Math.max(0, Math.min(value, 1))));
      }
    }
    return after;
  }
}
