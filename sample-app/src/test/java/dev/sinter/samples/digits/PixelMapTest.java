package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.WritableRaster;
import org.junit.jupiter.api.Test;

final class PixelMapTest {
  @Test
  void greySamplesAreTakenAsTheyAre() {
    BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY);
    picture.getRaster().setSample(1, 0, 0, 51);
    assertPixels(PixelMap.of(picture), 0, 0.2f);
  }

  @Test
  void sixteenBitsAreReadInFull() {
    BufferedImage picture = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    picture.getRaster().setSample(0, 0, 0, 65535);
    picture.getRaster().setSample(1, 0, 0, 13107);
    assertPixels(PixelMap.of(picture), 1, 0.2f);
  }

  @Test
  void coloursBecomeLuma() {
    BufferedImage picture = new BufferedImage(5, 1, BufferedImage.TYPE_INT_RGB);
    picture.setRGB(0, 0, 0xff0000);
    picture.setRGB(1, 0, 0x00ff00);
    picture.setRGB(2, 0, 0x0000ff);
    picture.setRGB(3, 0, 0xffffff);
    picture.setRGB(4, 0, 0x333333);
    assertPixels(PixelMap.of(picture), 0.2126f, 0.7152f, 0.0722f, 1, 0.2f);
  }

  @Test
  void transparencyShowsWhite() {
    BufferedImage picture = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    picture.setRGB(0, 0, 0x00000000);
    picture.setRGB(1, 0, 0x33000000); // a fifth of black
    picture.setRGB(2, 0, 0xff000000);
    assertPixels(PixelMap.of(picture), 1, 0.8f, 0);
  }

  @Test
  void transparencyOfGreyShowsWhite() {
    ComponentColorModel model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_GRAY),
            true,
            false,
            Transparency.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster = model.createCompatibleWritableRaster(2, 1);
    raster.setPixel(0, 0, new int[] {51, 255});
    raster.setPixel(1, 0, new int[] {0, 51});
    assertPixels(PixelMap.of(new BufferedImage(model, raster, false, null)), 0.2f, 0.8f);
  }

  private static void assertPixels(PixelMap map, float... expected) {
    assertThat(map.width * map.height).isEqualTo(expected.length);
    for (int x = 0; x < expected.length; x++) {
      assertThat(map.get(x, 0)).isWithin(1e-6f).of(expected[x]);
    }
  }
}
