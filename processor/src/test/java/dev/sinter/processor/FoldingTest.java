package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What users are told of the folds, on networks that {@link GoldenTest} compares with PyTorch. */
final class FoldingTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bn_conv_no_padding                     | 1 of 1 | bn1 + conv1 (bn+conv)",
        "bn_conv_groups_no_padding              | 1 of 1 | bn1 + conv1 (bn+conv)",
        "bn_conv_pad_values                     | 1 of 1 | (bn+conv with pad values)",
        "bn_conv_stride_pad_values              | 1 of 1 | (bn+conv with pad values)",
        "bn_conv_groups_pad_values              | 1 of 1 | (bn+conv with pad values)",
        "bn_conv_by_side_pad_values             | 1 of 1 | (bn+conv with pad values)",
        "bn_conv_dilation_pad_values            | 1 of 1 | (bn+conv with pad values)",
        "bn_conv1d_pad_values                   | 1 of 1 | (bn+conv with pad values)",
        "bn_depthwise_pad_values                | 1 of 1 | (bn+conv with pad values)",
        "bn_conv_border_biases                  | 1 of 1 | (bn+conv with border biases)",
        "bn_conv_stride_border_biases           | 1 of 1 | (bn+conv with border biases)",
        "bn_conv_groups_border_biases           | 1 of 1 | (bn+conv with border biases)",
        "bn_conv_by_side_border_biases          | 1 of 1 | (bn+conv with border biases)",
        "bn_conv_dilation_border_biases         | 1 of 1 | (bn+conv with border biases)",
        "bn_conv1d_border_biases                | 1 of 1 | (bn+conv with border biases)",
        "bn_depthwise_border_biases             | 1 of 1 | (bn+conv with border biases)",
        "bn_conv_bn                             | 2 of 2 | conv1 + bn2 + bn1 + relu1",
        "normalize_conv                         | 0 of 0 | normalize1 + conv1 (bn+conv with",
        "normalize_conv_stride                  | 1 of 1 | normalize1 + conv1 + bn1 (bn+conv with",
        "bn_read_by_two_convs                   | 1 of 1 | conv1 + conv2 + add1 (sum of convs)",
        "bn_flatten_linear                      | 1 of 1 | bn1 + fc1 (bn+linear)",
        "bn_linear                              | 1 of 1 | bn1 + fc1 (bn+linear)",
        "conv_avgpool_bn                        | 1 of 1 | bn1 (bn before a pool)",
        "conv_avgpool_skip_pad_bn               | 1 of 1 | bn1 (bn before a pool)",
        "conv_avgpool_count_pad_bn              | 0 of 1 | bn1 is not folded",
        "conv_maxpool_bn                        | 1 of 1 | bn1 (bn before a pool)",
        "conv_maxpool_bn_negative               | 0 of 1 | would make a minimum of 'pool1'",
        "conv_global_avgpool_flatten_bn_linear  | 1 of 1 | bn1 (bn before a flatten)",
        "residual_add_bn                        | 2 of 2 | bn2 (bn before a sum)",
        "residual_input_add_bn                  | 1 of 1 | conv1 + add1 (sum of conv and bn)",
        "convtranspose_groups_output_padding_bn | 1 of 1 | up1 + bn1 (convtranspose+bn)",
        "convtranspose_avgpool_bn_1d            | 1 of 1 | up1 + bn1 (convtranspose+bn)",
        "scale_convtranspose                    | 0 of 0 | scale1 + up1 (bn+convtranspose)",
        "bn_convtranspose                       | 0 of 1 | not all taps land on each place",
        "bn_convtranspose_all_taps              | 1 of 1 | bn1 + up1 (bn+convtranspose)",
        "concat_bn                              | 1 of 1 | bn1 (bn before a concatenation)",
        "concat_input_bn                        | 0 of 1 | reads 'concat1', which reads the input",
        "upsample_nearest_bn                    | 1 of 1 | bn1 (bn before a rearrangement)",
        "upsample_bilinear_bn                   | 1 of 1 | bn1 (bn before a rearrangement)",
        "channel_shuffle_bn                     | 1 of 1 | bn1 (bn before a rearrangement)",
        "slice_rows_bn                          | 1 of 1 | bn1 (bn before a rearrangement)",
        "pad_conv_bn                            | 1 of 1 | pad1 + conv1 (pad+conv)",
        "pad_value_conv                         | 0 of 0 | pad1 + conv1 (pad+conv)",
        "linear_bn_linear                       | 1 of 1 | fc1 + bn1 + fc2 (linear+linear)",
        "conv_bn_conv1x1_bn                     | 2 of 2 | conv1 + bn1 + conv2 + bn2 (conv+conv)",
        "detector_head                          | 2 of 2 | box1 + score1 + class1 + bn2 + concat1 (parallel convs)",
      })
  void headersTell(String golden, String folded, String text) throws IOException {
    List<String> lines = Files.readAllLines(GOLDENS.resolve(golden + ".fields"));
    String network = "input = %s, weights = \"%s.safetensors\"".formatted(lines.get(0), golden);
    String fields = String.join("\n", lines.subList(1, lines.size()));
    Compilation compilation =
        Networks.compile(GOLDENS, List.of(), Networks.network(network, fields));
    String sources =
        compilation.generatedSourceFiles().stream()
            .map(FoldingTest::text)
            .collect(Collectors.joining());
    assertThat(sources).contains(folded + " BatchNorm folded");
    assertThat(sources.replaceAll("\\s+\\* ", " ")).contains(text);
  }

  private static String text(JavaFileObject file) {
    try {
      return file.getCharContent(true).toString();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }
}
