package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.management.ThreadMXBean;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that PyTorch 1.13 wrote, {@code checkpoints.py}. */
final class PyTorchTest {

  private static Container open(String name) throws MalformedContainer {
    return Containers.open(Source.file(name, TestFiles.resource(name))).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"state_dict.pth", "training.pth"})
  void weightsAreFoundInEveryCheckpoint(String name) throws MalformedContainer {
    Container container = open(name);
    assertThat(container.names())
        .containsExactly(
            "0.bias",
            "0.weight",
            "1.bias",
            "1.num_batches_tracked",
            "1.running_mean",
            "1.running_var",
            "1.weight");
    Tensor weight = container.read("0.weight");
    assertThat(weight.shape()).isEqualTo(Shape.of(2, 1, 3, 3));
    for (int i = 0; i < 18; i++) {
      assertThat(weight.get(i)).isEqualTo(i);
    }
    assertThat(container.read("1.num_batches_tracked").shape()).isEqualTo(Shape.of());
  }

  @ParameterizedTest
  @CsvSource({"parameter", "half", "bfloat", "double", "long"})
  void everyTypeIsWidened(String tensor) throws MalformedContainer {
    Tensor values = open("types.pt").read(tensor);
    assertThat(values.shape()).isEqualTo(Shape.of(2, 3));
    assertThat(values.toDoubles()).isEqualTo(new double[] {0, 1, 2, 3, 4, 5});
  }

  @Test
  void viewsAreReadByTheirStrides() throws MalformedContainer {
    Container types = open("types.pt");
    assertThat(types.read("transposed").shape()).isEqualTo(Shape.of(3, 2));
    assertThat(types.read("transposed").toDoubles()).isEqualTo(new double[] {0, 3, 1, 4, 2, 5});
    assertThat(types.read("row").toDoubles()).isEqualTo(new double[] {3, 4, 5});
    assertThat(types.read("scalar").toDoubles()).isEqualTo(new double[] {7});
    assertThat(types.read("empty").shape()).isEqualTo(Shape.of(0, 3));
  }

  private static void refused(String name, String message) {
    assertThat(assertThrows(MalformedContainer.class, () -> open(name)))
        .hasMessageThat()
        .isEqualTo(message);
  }

  @Test
  void codeIsRefusedByName() {
    refused(
        "attack.pt",
        "it would make or call 'posix.system'; Sinter constructs only tensors, dictionaries and"
            + " numbers. Save model.state_dict() alone.");
    refused(
        "module.pt",
        "it would make or call 'torch.nn.modules.container.Sequential'; Sinter constructs only"
            + " tensors, dictionaries and numbers. Save model.state_dict() alone.");
  }

  /** Writes pickles. */
  private static final class Code {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Code put(String instructions) {
      bytes.writeBytes(instructions.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Code text(String text) {
      return put("\u008c" + (char) text.length() + text);
    }

    Code number(int number) {
      return put("J")
          .put("" + (char) (number & 255) + (char) (number >> 8 & 255))
          .put("" + (char) (number >> 16 & 255) + (char) (number >> 24));
    }

    byte[] checkpoint(byte[]... storages) {
      put(".");
      Map<String, byte[]> entries = new TreeMap<>();
      entries.put("x/data.pkl", bytes.toByteArray());
      for (int i = 0; i < storages.length; i++) {
        entries.put("x/data/" + i, storages[i]);
      }
      return TestFiles.zip(entries);
    }
  }

  /** Each dictionary has the one before twice: 2⁶⁰ ways to the first. */
  @Test
  void dictionariesThatGrowWithoutEnd() {
    Code code = new Code().put("}q\0");
    for (char i = 1; i <= 60; i++) {
      String before = "h" + (char) (i - 1) + "s";
      code.put("}q" + i).text("a").put(before).text("b").put(before);
    }
    byte[] bytes = code.checkpoint();
    assertThat(
            assertThrows(
                MalformedContainer.class, () -> Containers.open(Source.file("w.pt", bytes))))
        .hasMessageThat()
        .isEqualTo("its dictionaries contain each other without end.");
  }

  /** Reading each of n tensors must not decode all n. */
  @Test
  void manyTensorsOfOneStorage() throws MalformedContainer {
    int count = 4000;
    Code code = new Code().put("}(");
    for (int i = 0; i < count; i++) {
      code.text("t" + i).put("ctorch._utils\n_rebuild_tensor_v2\n((");
      code.text("storage").put("ctorch\nFloatStorage\n").text("0").text("cpu");
      code.number(2 * count).put("tQ").number(2 * i);
      code.number(2).put("\u0085").number(1).put("\u0085").put("tR");
    }
    float[] values = new float[2 * count];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    byte[] bytes = code.put("u").checkpoint(TestFiles.floats(values));
    Container container = Containers.open(Source.file("w.pt", bytes)).orElseThrow();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < count; i++) {
      assertThat(container.read("t" + i).toDoubles()).isEqualTo(new double[] {2 * i, 2 * i + 1});
    }
    // The storage is 32 KB, and all of them would be 128 MB; what Truth needs is some KB for each.
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(50_000_000L);
  }

  @Test
  void otherFormatsAreRefusedWithTheRemedy() {
    refused(
        "old.pt",
        "this is the format of PyTorch before 1.6. Load and save it again:"
            + " torch.save(torch.load(\"old.pt\", map_location=\"cpu\"), \"new.pt\").");
    refused(
        "script.pt",
        "this is a TorchScript program. Save model.state_dict() instead, with torch.save.");
  }
}
