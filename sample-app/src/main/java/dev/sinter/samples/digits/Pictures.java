package dev.sinter.samples.digits;

import java.awt.image.BufferedImage;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Reads pictures of every format that ImageIO knows: PNG, JPEG, GIF, BMP, TIFF. */
final class Pictures {
  /** Of a larger picture only every second, third, … row and column is read. */
  private static final double MAX_PIXELS = 4e6;

  private Pictures() {}

  /** Reads the picture of that file. */
  static BufferedImage read(String file) throws PictureException {
    try {
      Path path = Path.of(file);
      if (Files.isDirectory(path)) {
        throw new PictureException("is a directory");
      }
      try (InputStream stream = Files.newInputStream(path)) {
        return read(stream);
      }
    } catch (InvalidPathException e) {
      throw new PictureException("is not a file name here");
    } catch (NoSuchFileException e) {
      throw new PictureException("no such file");
    } catch (AccessDeniedException e) {
      throw new PictureException("permission denied");
    } catch (IOException e) {
      throw new PictureException("cannot be read: " + e.getMessage());
    }
  }

  /** Reads the first picture of the stream. */
  static BufferedImage read(InputStream stream) throws IOException, PictureException {
    try (ImageInputStream input = new MemoryCacheImageInputStream(stream)) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(input);
      if (!readers.hasNext()) {
        throw new PictureException("is no picture of a known format (PNG, JPEG, GIF, BMP, TIFF)");
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(input);
        return read(reader);
      } catch (EOFException | RuntimeException e) {
        // ImageIO's readers meet damaged files with exceptions of all kinds.
        throw new IOException("the picture is damaged", e);
      } finally {
        reader.dispose();
      }
    }
  }

  private static BufferedImage read(ImageReader reader) throws IOException {
    double pixels = (double) reader.getWidth(0) * reader.getHeight(0);
    int step = (int) Math.ceil(Math.sqrt(pixels / MAX_PIXELS));
    ImageReadParam parameters = reader.getDefaultReadParam();
    parameters.setSourceSubsampling(step, step, 0, 0);
    return reader.read(0, parameters);
  }
}
