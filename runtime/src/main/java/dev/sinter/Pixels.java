package dev.sinter;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What the bytes of an image mean, as {@code pixels} of {@link Network}: the network's input is {1,
 * H, W}, one byte a pixel, or {3, H, W}, in the {@link #order} of the colours; the pixels stand row
 * by row, as decoders give them. What the first layer reads is (byte/255 − mean)/std, as after
 * torchvision's {@code ToTensor} and {@code Normalize}; it is folded into that layer where it can
 * be.
 *
 * <p>{@link Model#run(byte[])} takes such bytes. Where the network is given floats, these are the
 * same numbers, 0 to 255, in the order [C, H, W].
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({})
public @interface Pixels {
  /** One mean for each of the network's channels, or one for all; 1 is white. */
  double[] mean() default 0;

  /** One standard deviation for each of the network's channels, or one for all; 1 is white. */
  double[] std() default 1;

  /**
   * The bytes of a pixel, for a network that was trained on red, green, blue. For one that was
   * trained on blue, green, red, as by OpenCV, exchange R and B. Has no meaning where there is one
   * channel.
   */
  Order order() default Order.RGB;

  /** How the colours of a pixel lie in memory. A is a byte that is passed over. */
  enum Order {
    /** As in PNG and PPM. */
    RGB,
    /** As in {@code BufferedImage.TYPE_3BYTE_BGR}. */
    BGR,
    /** As Android's {@code Bitmap.copyPixelsToBuffer} gives ARGB_8888. */
    RGBA,
    /** As in many frame buffers. */
    BGRA,
    /** As integers 0xAARRGGBB, their highest byte first. */
    ARGB,
    /** As in {@code BufferedImage.TYPE_4BYTE_ABGR}. */
    ABGR
  }
}
