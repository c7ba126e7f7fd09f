package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every format owes: any bytes give tensors or one complaint, in bounded memory. */
final class ContainerContractTest {

  /** A container in each format with the tensor 'a' = {1, 2, 3, 4}. */
  enum Example {
    SAFETENSORS(
        Safetensors.class,
        TestFiles.safetensors(
            "{'a':{'dtype':'F32','shape':[2,2],'data_offsets':[0,16]}}",
            TestFiles.floats(1, 2, 3, 4)),
        bytes -> Source.file("w.safetensors", bytes)),
    NPZ(
        Npz.class,
        TestFiles.npz("a.npy", TestFiles.npy("<f4", "(2, 2)", TestFiles.floats(1, 2, 3, 4))),
        bytes -> Source.file("w.npz", bytes)),
    ONNX(
        Onnx.class,
        TestFiles.onnx("a", TestFiles.floats(1, 2, 3, 4), 2, 2),
        bytes -> Source.file("w.onnx", bytes)),
    PYTORCH(PyTorch.class, TestFiles.resource("small.pt"), bytes -> Source.file("w.pt", bytes)),
    HDF5(Hdf5.class, TestFiles.resource("small.h5"), bytes -> Source.file("w.h5", bytes)),
    NPY_FOLDER(
        NpyFolder.class,
        TestFiles.npy("<f4", "(2, 2)", TestFiles.floats(1, 2, 3, 4)),
        bytes -> TestFiles.folder("a.npy", bytes));

    final Class<?> format;
    final byte[] valid;
    final Function<byte[], Source> source;

    Example(Class<?> format, byte[] valid, Function<byte[], Source> source) {
      this.format = format;
      this.valid = valid;
      this.source = source;
    }

    /** Opens these bytes and reads everything in them. */
    void readAll(byte[] bytes) throws MalformedContainer {
      Container container = Containers.open(source.apply(bytes)).orElseThrow();
      for (String name : container.names()) {
        container.read(name);
      }
    }

    MalformedContainer complaint(byte[] bytes) {
      MalformedContainer complaint =
          assertThrows(MalformedContainer.class, () -> readAll(bytes), name());
      assertThat(complaint.file()).startsWith("w");
      assertThat(complaint.position()).isAtLeast(0L);
      assertThat(complaint).hasMessageThat().endsWith(".");
      return complaint;
    }

    boolean isAccepted(byte[] bytes) {
      try {
        readAll(bytes);
        return true;
      } catch (MalformedContainer e) {
        return false;
      }
    }
  }

  @Test
  void everyFormatHasAnExample() {
    assertThat(Stream.of(Example.values()).map(e -> e.format).collect(Collectors.toList()))
        .containsExactlyElementsIn(
            Containers.FORMATS.stream().map(Object::getClass).collect(Collectors.toList()));
  }

  @ParameterizedTest
  @EnumSource
  void validIsRead(Example example) throws MalformedContainer {
    Container container = Containers.open(example.source.apply(example.valid)).orElseThrow();
    assertThat(container.names()).containsExactly("a");
    Tensor tensor = container.read("a");
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 2));
    assertThat(tensor.toDoubles()).isEqualTo(new double[] {1, 2, 3, 4});
    assertThrows(IllegalArgumentException.class, () -> container.read("b"));
  }

  @ParameterizedTest
  @EnumSource
  void cutShortAnywhereIsAnError(Example example) {
    for (int length = 0; length < example.valid.length; length++) {
      example.complaint(Arrays.copyOf(example.valid, length));
    }
  }

  @ParameterizedTest
  @EnumSource
  void tooLongIsAnError(Example example) {
    example.complaint(Arrays.copyOf(example.valid, example.valid.length + 1));
    example.complaint(Arrays.copyOf(example.valid, example.valid.length + 100_000));
  }

  @ParameterizedTest
  @EnumSource
  void anyByteMayBeAnything(Example example) {
    for (int at = 0; at < example.valid.length; at++) {
      byte[] bytes = example.valid.clone();
      for (int value = 0; value < 256; value++) {
        bytes[at] = (byte) value;
        example.isAccepted(bytes);
      }
    }
  }

  /**
   * All that matters is the absence of other exceptions, so the seed is fixed for repeatability.
   */
  @ParameterizedTest
  @EnumSource
  void anyBytesAtAll(Example example) {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertThat(example.isAccepted(bytes)).isFalse();
      byte[] mutated = example.valid.clone();
      for (int n = random.nextInt(8); n >= 0; n--) {
        byte[] extremes = {0, -1, 1, (byte) random.nextInt(), 127, -128};
        mutated[random.nextInt(mutated.length)] = extremes[random.nextInt(extremes.length)];
      }
      example.isAccepted(mutated);
    }
  }

  /** The bound is 2 MB for files of less than 1 KB; a ZIP file alone may inflate to 1.1 MB. */
  @ParameterizedTest
  @EnumSource
  void smallFilesNeedLittleMemory(Example example) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    example.isAccepted(example.valid);
    for (int at = 0; at < example.valid.length; at++) {
      for (int width : new int[] {1, 4, 8}) {
        for (int value : new int[] {0xFF, 0x7F}) {
          byte[] bytes = example.valid.clone();
          Arrays.fill(bytes, at, Math.min(at + width, bytes.length), (byte) value);
          long before = threads.getCurrentThreadAllocatedBytes();
          example.isAccepted(bytes);
          long allocated = threads.getCurrentThreadAllocatedBytes() - before;
          assertWithMessage("byte %s", at).that(allocated).isLessThan(2_000_000L);
        }
      }
    }
  }
}
