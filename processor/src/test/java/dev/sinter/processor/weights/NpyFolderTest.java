package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class NpyFolderTest {

  @Test
  void whatNumPyWrites() throws MalformedContainer {
    Map<String, byte[]> files =
        Map.of(
            "conv1.weight.npy", TestFiles.resource("folder/conv1.weight.npy"),
            "conv1.bias.npy", TestFiles.resource("folder/conv1.bias.npy"),
            "README.txt", TestFiles.resource("folder/README.txt"));
    Container container = new NpyFolder().open(Source.folder("w", new TreeMap<>(files)));
    assertThat(container.names()).containsExactly("conv1.bias", "conv1.weight").inOrder();
    assertThat(container.read("conv1.weight").toDoubles()).isEqualTo(NpyTest.weight());
    assertThat(container.read("conv1.bias").toDoubles()).isEqualTo(new double[] {-0.5, 2});
  }

  @Test
  void noArrays() {
    MalformedContainer complaint =
        assertThrows(
            MalformedContainer.class,
            () -> new NpyFolder().open(TestFiles.folder("README.txt", new byte[0])));
    assertThat(complaint.file()).isEqualTo("w");
    assertThat(complaint).hasMessageThat().isEqualTo("the folder has no .npy files.");
  }

  @Test
  void complaintsNameTheFile() {
    MalformedContainer complaint =
        assertThrows(
            MalformedContainer.class,
            () -> new NpyFolder().open(TestFiles.folder("a.npy", new byte[0])).read("a"));
    assertThat(complaint.file()).isEqualTo("w/a.npy");
  }
}
