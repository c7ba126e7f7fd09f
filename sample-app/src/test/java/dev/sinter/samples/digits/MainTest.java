package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MainTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String seven;

  @BeforeEach
  void draw() throws IOException {
    seven = write("a seven.png", Drawing.of(80, Color.BLACK, Color.WHITE).draw(7));
  }

  // ---- pictures ----

  @Test
  void tellsTheDigitAndAllProbabilities() {
    assertThat(run(seven)).isEqualTo(0);
    assertThat(err()).isEmpty();
    String[] lines = out().split("\\R");
    assertThat(lines).hasLength(1 + 10);
    assertThat(lines[0]).isEqualTo(seven + ": 7");
    assertThat(lines[1]).matches("  7  [ \\d]{3}\\.\\d %  #{20,40}");
    for (int i = 2; i < lines.length; i++) {
      assertThat(lines[i]).matches("  \\d  [ \\d]{3}\\.\\d %( +#*)?");
    }
  }

  @Test
  void readsEachFormat() throws IOException {
    BufferedImage drawing = new BufferedImage(120, 120, BufferedImage.TYPE_INT_RGB);
    drawing.createGraphics().drawImage(Drawing.of(80, Color.RED, Color.WHITE).draw(3), 0, 0, null);
    for (String format : new String[] {"png", "jpg", "gif", "bmp", "tiff"}) {
      Path file = folder.resolve("three." + format);
      assertThat(ImageIO.write(drawing, format, file.toFile())).isTrue();
      assertThat(run(file.toString())).isEqualTo(0);
      assertThat(out()).startsWith(file + ": 3");
    }
  }

  @Test
  void readsAPhotographsManyPixels() throws IOException {
    BufferedImage large = new BufferedImage(4000, 3000, BufferedImage.TYPE_BYTE_BINARY);
    BufferedImage drawing = Drawing.of(1500, Color.WHITE, Color.BLACK).draw(5);
    large.createGraphics().drawImage(drawing, 900, 400, null);
    String file = write("five.png", large);
    assertThat(run(file)).isEqualTo(0);
    assertThat(out()).startsWith(file + ": 5");
  }

  // ---- files that are none ----

  @Test
  void missingFile() {
    assertRefused("no such file", folder.resolve("missing.png"));
  }

  @Test
  void directory() {
    assertRefused("is a directory", folder);
  }

  @Test
  void noPicture() throws IOException {
    Path file = Files.writeString(folder.resolve("text.png"), "7");
    assertRefused("is no picture of a known format (PNG, JPEG, GIF, BMP, TIFF)", file);
  }

  @Test
  void emptyFile() throws IOException {
    Path file = Files.createFile(folder.resolve("empty.png"));
    assertRefused("is no picture of a known format (PNG, JPEG, GIF, BMP, TIFF)", file);
  }

  @Test
  void damagedPictureAtAnyLength() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(seven));
    Path file = folder.resolve("damaged.png");
    for (int length = 8; length < whole.length / 2; length += 5) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(run(file.toString())).isEqualTo(1);
      assertThat(err()).startsWith("digits: " + file + ": cannot be read: ");
      assertThat(err()).doesNotContain("null");
    }
  }

  @Test
  void emptyPicture() throws IOException {
    BufferedImage grey = new BufferedImage(50, 50, BufferedImage.TYPE_BYTE_GRAY);
    Path file = Path.of(write("grey.png", grey));
    assertRefused("shows nothing: all of it has one colour", file);
  }

  @Test
  void goesOnAfterAFileThatCannotBeRead() {
    Path missing = folder.resolve("missing.png");
    assertThat(run(missing.toString(), seven)).isEqualTo(1);
    assertThat(err()).isEqualTo(lines("digits: " + missing + ": no such file"));
    assertThat(out()).startsWith(seven + ": 7");
  }

  private void assertRefused(String message, Path file) {
    assertThat(run(file.toString())).isEqualTo(1);
    assertThat(out()).isEmpty();
    assertThat(err()).isEqualTo(lines("digits: " + file + ": " + message));
  }

  // ---- the other ways to call it ----

  @Test
  void withoutArgumentsReadsThePicturesThatComeWithIt() {
    assertThat(run()).isEqualTo(0);
    assertThat(err()).isEmpty();
    String[] lines = out().split("\\R");
    assertThat(lines).hasLength(41);
    assertThat(lines[0]).matches("0-01\\.png  0  [ \\d]{3}\\.\\d %");
    assertThat(lines[40]).matches("(39|40) of 40 right \\(\\d+\\.\\d %\\)");
  }

  @Test
  void helpIsNoMistake() {
    assertThat(run("--help")).isEqualTo(0);
    assertThat(out()).startsWith("Usage: java -jar digits.jar [IMAGE...]");
    assertThat(err()).isEmpty();
  }

  @Test
  void unknownOption() {
    assertThat(run(seven, "--verbose")).isEqualTo(2);
    assertThat(out()).isEmpty();
    assertThat(err()).startsWith(lines("digits: unknown option --verbose") + "Usage: ");
  }

  @Test
  void benchmarkOfPictures() {
    assertThat(run("--bench", seven)).isEqualTo(2);
    assertThat(err()).startsWith(lines("digits: --bench takes no pictures") + "Usage: ");
  }

  private String write(String name, BufferedImage picture) throws IOException {
    Path file = folder.resolve(name);
    ImageIO.write(picture, "png", file.toFile());
    return file.toString();
  }

  // ---- the page ----

  @Test
  void saysThatThePortIsTaken() throws IOException {
    try (Server server = new Server(0)) {
      int port = server.address().getPort();
      assertThat(run("--serve=" + port)).isEqualTo(1);
      assertThat(out()).isEmpty();
      assertThat(err().strip())
          .isEqualTo(
              "digits: port "
                  + port
                  + " is taken or not allowed; --serve=0 takes one that is free");
    }
  }

  @Test
  void refusesWhatIsNoPort() {
    for (String port : new String[] {"", "-1", "http", "65536", "123456"}) {
      assertThat(run("--serve=" + port)).isEqualTo(2);
      assertThat(err()).startsWith("digits: no port: " + port);
    }
    assertThat(run("--serve", seven)).isEqualTo(2);
    assertThat(err()).startsWith("digits: --serve takes no pictures");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new Main(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8))
        .run(arguments);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }

  private static String lines(String line) {
    return line + System.lineSeparator();
  }
}
