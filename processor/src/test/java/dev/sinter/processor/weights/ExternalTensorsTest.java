package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ONNX tensors in files of their own, for fields that name the model as their weights. */
final class ExternalTensorsTest {
  @TempDir Path root;

  @BeforeEach
  void files() throws IOException {
    Files.createDirectories(root.resolve("models/deeper"));
    byte[] data = TestFiles.floats(0, 1, 2, 3, 4);
    for (String file : List.of("secret.bin", "models/w.bin", "models/deeper/w.bin")) {
      Files.write(root.resolve(file), data);
    }
  }

  /** Opens a model whose only tensor, [2, 2], is from byte 4 of another file. */
  private Container open(String location, String offset) throws Exception {
    ModelProto.Builder model = ModelProto.newBuilder();
    model.addOpsetImportBuilder().setVersion(13);
    TensorProto.Builder tensor = model.getGraphBuilder().addInitializerBuilder().setName("a");
    tensor.setDataType(TensorProto.DataType.FLOAT_VALUE).addDims(2).addDims(2);
    tensor.setDataLocation(TensorProto.DataLocation.EXTERNAL);
    tensor.addExternalDataBuilder().setKey("location").setValue(location);
    tensor.addExternalDataBuilder().setKey("offset").setValue(offset);
    Files.write(root.resolve("models/m.onnx"), model.build().toByteArray());
    return new Locator(List.of(new DirectoryPlace(root)), "").open("models/m.onnx").container();
  }

  @ParameterizedTest
  @ValueSource(strings = {"w.bin", "deeper/w.bin", "./w.bin", "deeper/../w.bin"})
  void inTheModelsFolderOrDeeper(String location) throws Exception {
    assertThat(open(location, "4").read("a").toDoubles()).isEqualTo(new double[] {1, 2, 3, 4});
  }

  private void refused(String location) throws Exception {
    Container container = open(location, "4");
    MalformedContainer complaint =
        assertThrows(MalformedContainer.class, () -> container.read("a"));
    assertThat(complaint.file()).isEqualTo("models/m.onnx, tensor 'a'");
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo("its elements are in the file '" + location + "', which is not beside it.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../secret.bin",
        "deeper/../../secret.bin",
        "..\\secret.bin",
        "../../etc/passwd",
        "/etc/passwd",
        "",
        ".",
        "deeper",
        "none.bin"
      })
  void nowhereElse(String location) throws Exception {
    refused(location);
  }

  @Test
  void anAbsolutePathToWhatWouldDo() throws Exception {
    refused(root.resolve("models/w.bin").toAbsolutePath().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "8", "20", "21", "999999999999999999"})
  void bytesThatAreNotThere(String offset) throws Exception {
    Container container = open("w.bin", offset);
    assertThat(assertThrows(MalformedContainer.class, () -> container.read("a")))
        .hasMessageThat()
        .isEqualTo("its 16 bytes are not at byte " + offset + " of 'w.bin'.");
  }
}
