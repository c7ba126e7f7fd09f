package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files that libhdf5 wrote, {@code keras.py}, and files that it would not have. */
final class Hdf5Test {
  private static final double[] COUNT = IntStream.range(0, 35).asDoubleStream().toArray();

  private static Container open(String name) throws MalformedContainer {
    return Containers.open(Source.file(name, TestFiles.resource(name))).orElseThrow();
  }

  @Test
  void everyTypeAndEveryLayout() throws MalformedContainer {
    Container types = open("types.h5");
    assertThat(types.names()).hasSize(22 + 9 + 4);
    for (String name : types.names()) {
      Tensor tensor = types.read(name);
      switch (name) {
        case "scalar" -> {
          assertThat(tensor.shape()).isEqualTo(Shape.of());
          assertThat(tensor.toDoubles()).isEqualTo(new double[] {7});
        }
        case "empty" -> assertThat(tensor.shape()).isEqualTo(Shape.of(0, 3));
        case "chunked/cube", "chunked/cube_of_many" -> {
          assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 4, 5));
          assertThat(tensor.toDoubles())
              .isEqualTo(IntStream.range(0, 120).asDoubleStream().toArray());
        }
        default -> {
          assertWithMessage(name).that(tensor.shape()).isEqualTo(Shape.of(5, 7));
          assertWithMessage(name).that(tensor.toDoubles()).isEqualTo(COUNT);
        }
      }
    }
  }

  @Test
  void ofTheNewestFormatWhatSmallFilesHave() throws MalformedContainer {
    Container latest = open("latest.h5");
    assertThat(latest.names()).containsExactly("conv/bias:0", "conv/kernel:0");
    assertThat(latest.read("conv/kernel:0").toDoubles()).isEqualTo(COUNT);
  }

  @Test
  void ofAModelItsWeightsOnly() throws MalformedContainer {
    assertThat(open("keras_weights.h5").names())
        .containsExactly(
            "bn/bn/beta:0",
            "bn/bn/gamma:0",
            "bn/bn/moving_mean:0",
            "bn/bn/moving_variance:0",
            "conv/conv/bias:0",
            "conv/conv/kernel:0",
            "depthwise/depthwise/bias:0",
            "depthwise/depthwise/depthwise_kernel:0",
            "fc/fc/bias:0",
            "fc/fc/kernel:0");
    for (String model : new String[] {"keras_model.h5", "keras3_model.h5"}) {
      Container container = open(model);
      assertThat(container.names()).hasSize(10);
      for (String name : container.names()) {
        assertThat(name).startsWith("model_weights/");
      }
    }
  }

  /** The others of the same file are read. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text      | lists or text of 16 bytes. Save them as real numbers: array.astype(numpy.float32).
          bytes     | text of 5 bytes. Save them as real numbers: array.astype(numpy.float32).
          truth     | an enumeration, as truth values are, of 1 bytes. Save them as real numbers: array.astype(numpy.float32).
          complex   | records of 16 bytes. Save them as real numbers: array.astype(numpy.float32).
          longdouble| floats of 16 bytes. Save them as real numbers: array.astype(numpy.float32).
          """)
  void otherTypesAreRefusedWhenTheyAreRead(String name, String message) throws MalformedContainer {
    refusedToRead(name, "the elements of '" + name + "' are " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lzf      | 'lzf' is compressed by lzf (filter 32000); Sinter reads gzip and shuffle.
          checked  | 'checked' is compressed by Fletcher's checksum (filter 3); Sinter reads gzip and shuffle.
          unwritten| 'unwritten' was never written.
          of_named_type| this object shares its description with others, which Sinter does not read.
          null     | 'null' has no shape.
          unwritten_chunks| a chunk of 'unwritten_chunks' was never written.
          """)
  void otherWaysToStoreAreRefusedWhenTheyAreRead(String name, String message)
      throws MalformedContainer {
    refusedToRead(name, message);
  }

  private static void refusedToRead(String name, String message) throws MalformedContainer {
    Container refused = open("refused.h5");
    assertThat(assertThrows(MalformedContainer.class, () -> refused.read(name)))
        .hasMessageThat()
        .isEqualTo(message);
  }

  private static void refused(byte[] bytes, long position, String message) {
    MalformedContainer complaint =
        assertThrows(
            MalformedContainer.class,
            () -> {
              Container container = Containers.open(Source.file("w.h5", bytes)).orElseThrow();
              for (String name : container.names()) {
                container.read(name);
              }
            });
    assertThat(complaint).hasMessageThat().isEqualTo(message);
    assertThat(complaint.position()).isEqualTo(position);
  }

  @Test
  void whatIsNoFileOfKeras() {
    refused(
        TestFiles.resource("small.pt"),
        0,
        "an HDF5 file begins with '\\x89HDF', this one does not.");
    refused(TestFiles.resource("nothing.h5"), 0, "this HDF5 file has no datasets, so no weights.");
    refused(
        TestFiles.resource("numbered.h5"),
        0,
        "Keras 3 has numbered its tensors ('layers/conv2d/vars/0'), and does not say what they are."
            + " Save the model in the format that has names: model.save(\"model.h5\").");
  }

  @Test
  void ofTheNewestFormatIndexesAreRefusedWithTheRemedy() {
    assertThat(assertThrows(MalformedContainer.class, () -> open("indexed.h5")))
        .hasMessageThat()
        .isEqualTo(
            "a group has an index of its names, which Sinter does not read. Copy the file into one"
                + " that was opened without libver=\"latest\" and track_order.");
    assertThat(assertThrows(MalformedContainer.class, () -> open("latest_chunks.h5").read("a")))
        .hasMessageThat()
        .isEqualTo(
            "'a' is stored in a way that Sinter does not read (version 4, class 2). Copy the file"
                + " into one that was opened without libver=\"latest\".");
  }

  @Test
  void cutShort() {
    byte[] whole = TestFiles.resource("small.h5");
    refused(
        Arrays.copyOf(whole, 1000),
        40,
        "it is said to have 2064 bytes, and has 1000. The file is cut short, or has something"
            + " appended.");
  }

  /** Where a text first is in a file. */
  private static int find(byte[] bytes, String text) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  /**
   * Nodes whose two children are both the next node: 2⁴⁰ ways to the last one. To go them all is
   * what hangs other readers.
   */
  @Test
  void aTreeThatIsNoTree() {
    byte[] valid = TestFiles.resource("small.h5");
    int node = 24 + 5 * 8;
    int levels = 40;
    ByteBuffer bomb =
        ByteBuffer.wrap(Arrays.copyOf(valid, valid.length + levels * node))
            .order(ByteOrder.LITTLE_ENDIAN);
    bomb.putLong(40, bomb.capacity());
    int at = find(valid, "TREE");
    for (int level = levels; level >= 0; level--) {
      int next = valid.length + (levels - level) * node;
      bomb.position(at);
      bomb.put("TREE".getBytes(StandardCharsets.US_ASCII));
      bomb.put((byte) 0).put((byte) level).putShort((short) (level == 0 ? 0 : 2));
      bomb.putLong(-1).putLong(-1).putLong(0).putLong(next).putLong(0).putLong(next).putLong(0);
      at = next;
    }
    MalformedContainer complaint =
        assertThrows(
            MalformedContainer.class, () -> Containers.open(Source.file("w.h5", bomb.array())));
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo("a structure there contains itself, or is larger than the file.");
  }

  /** Chunks of 4 GB, of which a single one is said to be there. */
  @Test
  void chunksThatAreTooLarge() throws MalformedContainer {
    byte[] bytes = TestFiles.resource("types.h5");
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int layouts = 0;
    for (int at = 0; at + 16 < bytes.length; at++) {
      // Version 3, chunked, two axes and the size of an element.
      if (bytes[at] == 3 && bytes[at + 1] == 2 && bytes[at + 2] == 3) {
        buffer.putInt(at + 11, 0x7FFF_FFFF);
        layouts++;
      }
    }
    assertThat(layouts).isAtLeast(7);
    Container types = Containers.open(Source.file("w.h5", bytes)).orElseThrow();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    MalformedContainer complaint =
        assertThrows(MalformedContainer.class, () -> types.read("chunked/gzip"));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1_000_000L);
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo(
            "the chunks of 'chunked/gzip' would inflate to more than "
                + (100 * bytes.length + 1_000_000)
                + " bytes, a hundred times the file. Save it uncompressed.");
  }
}
