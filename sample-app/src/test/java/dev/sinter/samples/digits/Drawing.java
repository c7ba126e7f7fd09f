package dev.sinter.samples.digits;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Arc2D;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/**
 * Pictures of digits drawn with a round pen.
 *
 * @param width of the picture, in pixels
 * @param height of the picture, in pixels
 * @param left of the digit
 * @param top of the digit
 * @param size of the digit's height
 * @param pen its width, as a part of the digit's height
 * @param ink the digit's colour
 * @param paper the colour around it
 */
record Drawing(
    int width, int height, int left, int top, int size, double pen, Color ink, Color paper) {

  /** A digit of that height in the middle of a square picture that has room around it. */
  static Drawing of(int size, Color ink, Color paper) {
    int side = size * 3 / 2;
    int left = (side - size * 6 / 10) / 2;
    return new Drawing(side, side, left, (side - size) / 2, size, 0.12, ink, paper);
  }

  Drawing withPen(double width) {
    return new Drawing(this.width, height, left, top, size, width, ink, paper);
  }

  /** Draws; where the paper is transparent, so is the picture. */
  BufferedImage draw(int digit) {
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D graphics = picture.createGraphics();
    graphics.setColor(paper);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    graphics.setColor(ink);
    graphics.setStroke(
        new BasicStroke((float) pen * size, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    AffineTransform place = AffineTransform.getTranslateInstance(left, top);
    place.scale(size, size);
    graphics.draw(place.createTransformedShape(outline(digit)));
    graphics.dispose();
    return picture;
  }

  /** The pen's way: from 0 to 1 downwards, from 0 to 0.6 to the right. */
  private static Path2D outline(int digit) {
    Path2D path = new Path2D.Double();
    switch (digit) {
      case 0 -> path.append(new Arc2D.Double(0, 0, 0.6, 1, 90, 360, Arc2D.OPEN), false);
      case 1 -> line(path, 0.35, 0, 0.25, 1);
      case 2 -> {
        path.append(new Arc2D.Double(0, 0, 0.6, 0.6, 160, -190, Arc2D.OPEN), false);
        path.lineTo(0, 1);
        path.lineTo(0.6, 0.95);
      }
      case 3 -> {
        path.append(new Arc2D.Double(0, 0, 0.5, 0.48, 150, -240, Arc2D.OPEN), false);
        path.append(new Arc2D.Double(0, 0.48, 0.6, 0.52, 90, -240, Arc2D.OPEN), false);
      }
      case 4 -> {
        line(path, 0.1, 0, 0.05, 0.5, 0.6, 0.5);
        line(path, 0.5, 0, 0.45, 1);
      }
      case 5 -> {
        line(path, 0.6, 0, 0.1, 0, 0.1, 0.42);
        path.append(new Arc2D.Double(-0.1, 0.38, 0.65, 0.62, 110, -230, Arc2D.OPEN), true);
      }
      case 6 -> {
        path.append(new Arc2D.Double(0, 0.02, 1.1, 1.3, 110, 75, Arc2D.OPEN), false);
        path.append(new Arc2D.Double(0, 0.45, 0.55, 0.55, 180, 360, Arc2D.OPEN), true);
      }
      case 7 -> line(path, 0, 0.05, 0.6, 0, 0.2, 1);
      case 8 -> {
        path.append(new Arc2D.Double(0.05, 0, 0.5, 0.46, 0, 360, Arc2D.OPEN), false);
        path.append(new Arc2D.Double(0, 0.46, 0.6, 0.54, 0, 360, Arc2D.OPEN), false);
      }
      case 9 -> {
        path.append(new Arc2D.Double(0, 0, 0.55, 0.5, 0, 360, Arc2D.OPEN), false);
        path.lineTo(0.45, 1);
      }
      default -> throw new IllegalArgumentException("no digit: " + digit);
    }
    return path;
  }

  private static void line(Path2D path, double... points) {
    path.moveTo(points[0], points[1]);
    for (int i = 2; i < points.length; i += 2) {
      path.lineTo(points[i], points[i + 1]);
    }
  }
}
