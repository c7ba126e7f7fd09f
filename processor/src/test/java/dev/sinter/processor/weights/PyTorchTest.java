package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
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
