package dev.sinter.processor.cli;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import dev.sinter.processor.SafetensorsWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InspectCommandTest {
  private static final Path WEIGHTS = Path.of("src/test/resources/dev/sinter/processor/weights");

  @TempDir private Path folder;

  private Path write(String name, SafetensorsWriter tensors) throws IOException {
    Path file = folder.resolve(name);
    tensors.write(file);
    return file;
  }

  @Test
  void tensorsStandInColumnsAndAreCounted() throws IOException {
    Path file =
        write(
            "a b.safetensors",
            new SafetensorsWriter()
                .add("layer10.weight", new float[] {-0.5f, 0.123456f, 1e-7f, 2}, 2, 2)
                .add("layer2.weight", new float[] {3, 4, 5, 12345678}, 1, 4)
                .add("layer2.num_batches_tracked", new long[] {7})
                .add("none", new float[0], 0, 3));
    assertThat(Ran.of("inspect", file))
        .isEqualTo(
            new Ran(
                0,
                file
                    + """
                    :

                      tensor                      type     shape    min       max     mean
                      layer2.num_batches_tracked  int64    []         7         7        7
                      layer2.weight               float32  [1, 4]     3  1.23e+07  3086000
                      layer10.weight              float32  [2, 2]  -0.5         2   0.4059
                      none                        float32  [0, 3]

                    4 tensors, 8 values, 0.0 KiB
                    """,
                ""));
  }

  @Test
  void numbersThatAreNoneAreCountedWhereThereAreAny() throws IOException {
    float nan = Float.NaN;
    float infinite = Float.NEGATIVE_INFINITY;
    Path file =
        write(
            "w.safetensors",
            new SafetensorsWriter()
                .add("a", new float[] {1, nan, infinite, 2, nan}, 5)
                .add("b", new float[] {nan}, 1)
                .add("c", new float[] {8}, 1));
    assertThat(Ran.of("inspect", file).out())
        .isEqualTo(
            file
                + """
                :

                  tensor  type     shape  min  max  mean  NaN  infinite
                  a       float32  [5]      1    2   1.5    2         1
                  b       float32  [1]                      1
                  c       float32  [1]      8    8     8

                3 tensors, 7 values, 0.0 KiB
                """);
  }

  private static SafetensorsWriter norm(
      SafetensorsWriter to, String prefix, float[] gamma, float[] mean, float[] variance) {
    float[] beta = new float[gamma.length];
    return to.add(prefix + "weight", gamma, gamma.length)
        .add(prefix + "bias", beta, beta.length)
        .add(prefix + "running_mean", mean, mean.length)
        .add(prefix + "running_var", variance, variance.length);
  }

  @Test
  void batchNormalizationsAreLookedThrough() throws IOException {
    float[] ones = {1, 1, 1};
    float[] means = {0.5f, 0, 0};
    SafetensorsWriter tensors = new SafetensorsWriter();
    norm(tensors, "fine.", ones, means, ones);
    norm(tensors, "fresh.", ones, new float[3], ones);
    norm(tensors, "negative.", ones, means, new float[] {1, -0.25f, -1});
    norm(tensors, "still.", ones, means, new float[] {1, 2, 0});
    norm(tensors, "off.", new float[] {1, 0, -0f}, means, ones);
    norm(tensors, "faint.", new float[] {1, 0.00005f, 0.001f}, means, ones);
    norm(tensors, "all.", new float[3], means, ones);
    norm(tensors, "", ones, means, new float[] {1, 1, 0});
    norm(tensors, "torn.", new float[] {1, 1}, means, ones);
    tensors.add("conv.bias", ones, 3).add("conv.weight", ones, 3);
    tensors.add("mean.running_mean", means, 3);
    tensors.add("keras/gamma:0", ones, 3).add("keras/moving_variance:0", ones, 3);
    Ran ran = Ran.of("inspect", write("w.safetensors", tensors));
    assertThat(ran.code()).isEqualTo(0);
    assertThat(ran.out())
        .endsWith(
            """

            11 batch normalizations, to look at: 10
              (no prefix)  1 of 3 variances is 0: channels that never vary
              all          3 of 3 channels are dead: gamma is 0
              faint        1 of 3 channels is dead: gamma is below 1e-4 of the largest
              fresh        never trained: each mean is 0 and each variance is 1
              keras        has 'keras/moving_variance:0', but no means beside it
              keras        has 'keras/gamma:0', but no beta beside it
              mean         has 'mean.running_mean', but no variances beside it
              negative     2 of 3 variances are negative: -0.25 in channel 1
              off          2 of 3 channels are dead: gamma is 0
              still        1 of 3 variances is 0: channels that never vary
              torn         its tensors differ in length

            41 tensors, 121 values, 0.5 KiB
            """);
  }

  static Stream<Path> containers() {
    return Stream.of(
        Path.of("src/test/onnx/residual.onnx"),
        Path.of("src/test/onnx/residual.npz"),
        WEIGHTS.resolve("state_dict.pth"),
        WEIGHTS.resolve("types.pt"),
        WEIGHTS.resolve("keras_model.h5"),
        WEIGHTS.resolve("types.h5"));
  }

  /** What is said without reading the elements fits what is read, in every container. */
  @ParameterizedTest
  @MethodSource("containers")
  void everyContainerIsListed(Path file) throws Exception {
    var container = Located.of(file).container();
    Ran ran = Ran.of("inspect", file);
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isEqualTo(0);
    for (String name : container.names()) {
      var stored = container.stored(name);
      assertWithMessage(name).that(stored.shape()).isEqualTo(container.read(name).shape());
      String size = stored.type().replaceAll("[^0-9]", "");
      long bits = size.isEmpty() ? 8 : Long.parseLong(size);
      assertWithMessage(name).that(stored.bytes() * 8).isEqualTo(stored.shape().size() * bits);
      assertThat(ran.out()).contains("  " + name + " ");
      assertThat(ran.out()).contains("  " + stored.type() + " ");
    }
  }

  @Test
  void folderOfArraysIsAContainer() throws IOException {
    byte[] header = "{'descr': '>f2', 'fortran_order': False, 'shape': (1,), }\n".getBytes("UTF-8");
    byte[] file = new byte[10 + header.length + 2];
    byte[] start = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length, 0};
    System.arraycopy(start, 0, file, 0, 10);
    System.arraycopy(header, 0, file, 10, header.length);
    file[file.length - 2] = 0x3C;
    Files.write(folder.resolve("one.npy"), file);
    Ran ran = Ran.of("inspect", folder);
    assertThat(ran.out()).contains("  one     float16  [1]      1    1     1\n");
    assertThat(ran.out()).contains("1 tensor, 1 value, 0.0 KiB\n");
  }

  /** All others are listed, and the end tells. */
  @Test
  void tensorOfAnUnknownTypeIsListedAndAnError() throws IOException {
    String header =
        "{'a':{'dtype':'F8_E4M3','shape':[2],'data_offsets':[0,2]},"
            + "'b':{'dtype':'U8','shape':[1],'data_offsets':[2,3]}}";
    byte[] json = header.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    byte[] file = new byte[8 + json.length + 3];
    file[0] = (byte) json.length;
    System.arraycopy(json, 0, file, 8, json.length);
    Path path = Files.write(folder.resolve("w.safetensors"), file);
    assertThat(Ran.of("inspect", path))
        .isEqualTo(
            new Ran(
                1,
                path
                    + """
                    :

                      tensor  type     shape     min  max  mean
                      a       F8_E4M3  [2]    unread
                      b       uint8    [1]         0    0     0

                    2 tensors, 3 values, 0.0 KiB
                    """,
                "error: [MalformedFile] w.safetensors cannot be read; at byte "
                    + (8 + json.length)
                    + ": 'a' has elements of type F8_E4M3; Sinter reads F64, F32, F16, BF16, I64,"
                    + " I32, I16, I8, U64, U32, U16, U8, BOOL.\n"));
  }

  @Test
  void badFilesAreOneErrorEachAndStopNoOther() throws IOException {
    Path good = write("good.safetensors", new SafetensorsWriter().add("a", new float[] {1}, 1));
    Path empty = Files.createFile(folder.resolve("empty.safetensors"));
    Path text = Files.writeString(folder.resolve("notes.txt"), "hello");
    Path plain = Files.createDirectory(folder.resolve("plain"));
    Path absent = folder.resolve("god.safetensors");
    Ran ran = Ran.of("inspect", empty, text, plain, absent, folder.resolve("x"), good);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).startsWith(good + ":\n");
    assertThat(ran.err().lines().toList())
        .isEqualTo(
            List.of(
                "error: [MalformedFile] empty.safetensors cannot be read; at byte 0: the file ends"
                    + " within the 8 bytes that tell the length of its header.",
                "error: [ContainerFormat] '"
                    + text
                    + "' is no weight container that Sinter reads; it reads .safetensors, .npz,"
                    + " .onnx, .pt, .pth, .h5, .hdf5, and folders of .npy files. Save the weights"
                    + " as one of these, as with safetensors.torch.save_file in Python.",
                "error: [MalformedFile] plain cannot be read; at byte 0: the folder has no .npy"
                    + " files.",
                "error: [NoSuchFile] There is no file '"
                    + absent
                    + "'. Did you mean 'good.safetensors'?",
                "error: [NoSuchFile] There is no file '" + folder.resolve("x") + "'."));
  }
}
