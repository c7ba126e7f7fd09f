package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.ir.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NpzTest {
  private static final byte[] ARRAY = TestFiles.npy("|u1", "(3,)", new byte[] {1, 2, 3});
  private static final int END = 22;

  private static Container open(byte[] bytes) throws MalformedContainer {
    return new Npz().open(Source.file("w.npz", bytes));
  }

  private static MalformedContainer complaint(byte[] bytes) {
    return assertThrows(
        MalformedContainer.class,
        () -> {
          Container container = open(bytes);
          for (String name : container.names()) {
            container.read(name);
          }
        });
  }

  private static void assertComplaint(byte[] bytes, String message) {
    assertThat(complaint(bytes)).hasMessageThat().isEqualTo(message);
  }

  /** Where the directory begins. */
  private static int directory(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - END + 16);
  }

  private static void putShort(byte[] zip, int at, int value) {
    ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putShort(at, (short) value);
  }

  private static void putInt(byte[] zip, int at, long value) {
    ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).putInt(at, (int) value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"stored.npz", "deflated.npz"})
  void whatNumPyWrites(String file) throws MalformedContainer {
    Container container = open(TestFiles.resource(file));
    assertThat(container.names())
        .containsExactly(
            "big",
            "bytes",
            "conv1.bias",
            "conv1.weight",
            "empty",
            "flags",
            "fortran",
            "half",
            "layer/0.weight",
            "steps")
        .inOrder();
    for (String name : new String[] {"conv1.weight", "fortran", "big", "half"}) {
      assertThat(container.read(name).shape()).isEqualTo(Shape.of(2, 3, 4));
      assertThat(container.read(name).toDoubles()).isEqualTo(NpyTest.weight());
    }
    assertThat(container.read("conv1.bias").toDoubles()).isEqualTo(new double[] {-0.5, 2});
    assertThat(container.read("bytes").toDoubles()).isEqualTo(new double[] {-128, 0, 127});
    assertThat(container.read("flags").toDoubles()).isEqualTo(new double[] {1, 0, 1});
    assertThat(container.read("steps").shape()).isEqualTo(Shape.of());
    assertThat(container.read("steps").get(0)).isEqualTo(0x1p53 + 2);
    assertThat(container.read("empty").shape()).isEqualTo(Shape.of(0, 3));
    assertThat(container.read("layer/0.weight").toDoubles()).isEqualTo(new double[] {0, 1, 2});
  }

  @Test
  void cutShortAnywhere() {
    byte[] whole = TestFiles.resource("deflated.npz");
    for (int length = 0; length < whole.length; length++) {
      complaint(java.util.Arrays.copyOf(whole, length));
    }
  }

  @Test
  void directoriesCommentsAndOtherFiles() throws IOException, MalformedContainer {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setComment("trained on Tuesday");
      zip.putNextEntry(new ZipEntry("folder/"));
      zip.putNextEntry(new ZipEntry("README"));
      zip.putNextEntry(new ZipEntry("folder/ä.npy"));
      zip.write(ARRAY);
    }
    Container container = open(bytes.toByteArray());
    assertThat(container.names()).containsExactly("folder/ä");
    assertThat(container.read("folder/ä").toDoubles()).isEqualTo(new double[] {1, 2, 3});
  }

  @Test
  void noZip() {
    String message =
        "there is no end record of a ZIP file. The file is cut short, has something appended, or is"
            + " no ZIP file.";
    assertComplaint(new byte[0], message);
    assertComplaint(new byte[1000], message);
  }

  @Test
  void complaintsNameTheEntry() {
    MalformedContainer complaint =
        complaint(TestFiles.npz("a.npy", TestFiles.npy("|u1", "(3,)", new byte[2])));
    assertThat(complaint.file()).isEqualTo("w.npz, entry 'a.npy'");
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo("2 bytes of data follow; '|u1' of shape [3] takes 3.");
  }

  @Test
  void encrypted() {
    byte[] zip = TestFiles.npz("a.npy", ARRAY);
    zip[directory(zip) + 8] |= 1;
    assertComplaint(zip, "the entry 'a.npy' is encrypted.");
  }

  @Test
  void otherCompression() {
    byte[] zip = TestFiles.npz("a.npy", ARRAY);
    putShort(zip, directory(zip) + 10, 93);
    assertComplaint(
        zip,
        "the entry 'a.npy' is compressed by method 93; Sinter reads 0 (stored) and 8 (deflated).");
  }

  @Test
  void badChecksum() {
    byte[] zip = TestFiles.npz("a.npy", ARRAY);
    zip[directory(zip) + 16] ^= 1;
    assertComplaint(zip, "the entry 'a.npy' is not what was stored: its checksum differs.");
  }

  @Test
  void wrongSizes() {
    byte[] zip = TestFiles.npz("a.npy", ARRAY);
    String message = " bytes that the directory says.";
    for (long size : new long[] {0, ARRAY.length - 1, ARRAY.length + 1, 100_000}) {
      putInt(zip, directory(zip) + 24, size);
      assertComplaint(zip, "the entry 'a.npy' does not give the " + size + message);
    }
    byte[] shorter = TestFiles.npz("a.npy", ARRAY);
    shorter[directory(shorter) + 20]--;
    assertComplaint(shorter, "the entry 'a.npy' does not give the " + ARRAY.length + message);
    putShort(shorter, directory(shorter) + 10, 0);
    assertComplaint(shorter, "the entry 'a.npy' does not give the " + ARRAY.length + message);
    putInt(shorter, directory(shorter) + 20, 1000);
    assertComplaint(shorter, "the entry 'a.npy' reaches into the directory.");
  }

  @Test
  void bomb() {
    byte[] zip = TestFiles.npz("a.npy", TestFiles.npy("|u1", "(2000000,)", new byte[2_000_000]));
    assertComplaint(
        zip,
        "the entries would inflate to more than "
            + (100 * zip.length + 1_000_000)
            + " bytes, a hundred times the file. Save them uncompressed, with numpy.savez.");
    putInt(zip, directory(zip) + 24, 0xFFFF_FFFEL);
    assertThat(complaint(zip)).hasMessageThat().startsWith("the entries would inflate to more");
    putInt(zip, directory(zip) + 24, 0xFFFF_FFFFL);
    assertComplaint(zip, "this number is in the ZIP64 extra field, which is not there.");
  }

  @Test
  void sameNameTwice() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry("a.npy"));
      out.putNextEntry(new ZipEntry("b.npy"));
    }
    byte[] zip = bytes.toByteArray();
    int second = directory(zip) + 46 + "a.npy".length();
    zip[second + 46] = 'a';
    MalformedContainer complaint = complaint(zip);
    assertThat(complaint).hasMessageThat().isEqualTo("the entry 'a.npy' is there twice.");
    assertThat(complaint.position()).isEqualTo(second);
  }

  @Test
  void directoryAndEntriesDisagree() {
    byte[] zip = TestFiles.npz("a.npy", ARRAY);
    putShort(zip, zip.length - END + 10, 2);
    assertComplaint(zip, "the directory has 1 entries; the end record says 2.");

    zip = TestFiles.npz("a.npy", ARRAY);
    zip[30] = 'b';
    assertComplaint(zip, "the entry 'a.npy' is not where the directory says.");

    zip = TestFiles.npz("a.npy", ARRAY);
    putInt(zip, directory(zip) + 42, 0xFFFF_FFF0L);
    assertThat(complaint(zip)).hasMessageThat().contains("is said to be at byte 4294967306.");

    zip = TestFiles.npz("a.npy", ARRAY);
    putInt(zip, zip.length - END + 16, 7);
    assertComplaint(
        zip, "the directory of this ZIP file does not reach from where it begins to its end.");

    zip = TestFiles.npz("a.npy", ARRAY);
    zip[directory(zip)]++;
    assertComplaint(zip, "there is no entry of the directory where one must be.");
  }

  @Test
  void zip64EndRecord() throws IOException, MalformedContainer {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 70_000; i++) {
        zip.putNextEntry(new ZipEntry("file" + i));
      }
      zip.putNextEntry(new ZipEntry("a.npy"));
      zip.write(ARRAY);
    }
    assertThat(open(bytes.toByteArray()).read("a").toDoubles()).isEqualTo(new double[] {1, 2, 3});
  }
}
