package dev.sinter.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Wrong values of layers without weights, and of a transposed convolution: each at the value. */
final class LayerValuesTest {
  private static final Path GOLDENS = Path.of("src/test/goldens");

  @Test
  void convTranspose() {
    // up1.weight is [3, 4, 3, 3].
    rejects("@ConvTranspose(stride = 0) Layer up1;", "stride of 'up1' is {0}");
    rejects("@ConvTranspose(padding = -1) Layer up1;", "padding of 'up1' is {-1}");
    rejects(
        "@ConvTranspose(stride = 2, outputPadding = 2) Layer up1;",
        "outputPadding of 'up1' is {2}; it must be {n} or {height, width}, each at least 0 and less"
            + " than the stride or the dilation.");
    rejects("@ConvTranspose(outputPadding = -1) Layer up1;", "outputPadding of 'up1' is {-1}");
    rejects("@ConvTranspose(outputPadding = {}) Layer up1;", "outputPadding of 'up1' is {}");
    rejects(
        "@ConvTranspose(groups = 2) Layer up1;",
        "groups of 'up1' is 2; it must be a divisor of the 3 channels.");
    rejects(
        "@ConvTranspose(groups = 3) Layer up1;",
        "'up1.bias' in convtranspose_relu.safetensors has shape [4]; 'up1.weight' has 12 output"
            + " channels, so it must be [12].");
    rejects(
        "@ConvTranspose(padding = 4) Layer up1;",
        "'up1' has padding that leaves -2 × -1 of the output for [3, 4, 5].");
    rejects(
        "@Slice(end = 2) Layer part;\n@ConvTranspose Layer up1;",
        "'up1.weight' in convtranspose_relu.safetensors has shape [3, 4, 3, 3]; the input of 'up1'"
            + " is [2, 4, 5], so it must be [2, out/groups, height, width].");
    rejects(
        "@Reshape({3, 20}) Layer sequence;\n@ConvTranspose Layer up1;",
        "so it must be [3, out/groups, length].");
    rejects("@Flatten Layer flat;\n@ConvTranspose Layer up1;", "the input is the vector [60].");
  }

  @Test
  void operands() {
    rejects(
        "@Multiply(\"input\") Layer product;",
        "'product' multiplies 1 value; name two or more, as in @Multiply({\"a\", \"b\"}).");
    rejects("@Concat({}) Layer both;", "'both' joins 0 values; name two or more");
    rejects(
        "@Slice(axis = 2, step = 2) Layer part;\n@Multiply({\"part\", \"input\"}) Layer product;",
        "'product' multiplies [3, 4, 3] with [3, 4, 5]; it must be of the same shape, or [3, 1,"
            + " 1].");
    rejects(
        "@GlobalAvgPool Layer pool;\n@Flatten Layer gate;\n"
            + "@Multiply({\"gate\", \"input\"}) Layer product;",
        "'product' multiplies [3, 4, 5] with [3]; it must be of the same shape, or [3, 1, 1]: put"
            + " @Reshape({3, 1, 1}) before.");
    rejects(
        "@Slice(axis = 1, end = 3) Layer part;\n@Concat({\"part\", \"input\"}) Layer both;",
        "'both' joins values whose maps differ. It reads 'part': [3, 3, 5], 'input': [3, 4, 5].");
  }

  @Test
  void pieces() {
    rejects(
        "@Slice(axis = 3) Layer part;",
        "axis of 'part' is 3; it must be an axis of the input [3, 4, 5], 0 to 2.");
    rejects("@Slice(axis = -1) Layer part;", "axis of 'part' is -1");
    rejects("@Slice(step = 0) Layer part;", "step of 'part' is 0; it must be at least 1.");
    rejects("@Slice(start = 3) Layer part;", "start of 'part' is 3; it must be less than 3");
    rejects("@Slice(start = 1, end = -2) Layer part;", "end of 'part' is -2; it must be beyond");
    rejects("@Split Layer half;", "'half' is 2; it must be a divisor of the 3 channels.");
    rejects("@Split(parts = 0) Layer half;", "parts of 'half' is 0");
    rejects("@Split(parts = 3, index = 3) Layer third;", "'third' is 3; it must be from 0 to 2.");
    rejects("@Split(parts = 3, index = -1) Layer third;", "index of 'third' is -1");
    rejects("@ChannelShuffle(groups = 2) Layer shuffle;", "'shuffle' is 2; it must be a divisor");
    rejects("@ChannelShuffle(groups = 0) Layer shuffle;", "groups of 'shuffle' is 0");
  }

  @Test
  void shapes() {
    rejects("@Reshape({}) Layer other;", "value of 'other' is {}; it must be {C, H, W}, {C, L}");
    rejects("@Reshape({1, 1, 1, 60}) Layer other;", "value of 'other' is {1, 1, 1, 60}");
    rejects("@Reshape({-1, -1}) Layer other;", "value of 'other' is {-1, -1}");
    rejects("@Reshape({0, -1}) Layer other;", "value of 'other' is {0, -1}");
    rejects(
        "@Reshape({7, -1}) Layer other;",
        "value of 'other' is {7, -1}; it must be but for the -1 a divisor of 60 elements, as many"
            + " as the input [3, 4, 5] has.");
    rejects("@Reshape({6, 9}) Layer other;", "it must be 60 elements, as many as the input");
    rejects("@Pad(padding = {1, 2, 3}) Layer border;", "padding of 'border' is {1, 2, 3}");
    rejects("@Pad(padding = -1) Layer border;", "padding of 'border' is {-1}");
    rejects("@Pad(channels = 1) Layer border;", "channels of 'border' is {1}; it must be {before,");
    rejects("@Pad(channels = {0, -1}) Layer border;", "channels of 'border' is {0, -1}");
    rejects("@Pad(value = 1e300) Layer border;", "value of 'border' is 1.0E300");
    rejects("@Flatten Layer flat;\n@Pad(padding = 1) Layer border;", "has channels only.");
    rejects(
        "@Pad(channels = {0, Integer.MAX_VALUE}) Layer border;",
        "'border' makes an axis of 2147483650, longer than an array.");
    rejects(
        "@Pad(channels = {0, 1000000000}) Layer border;",
        "'border' gives [1000000003, 4, 5], more elements than an array holds.");
  }

  @Test
  void upsample() {
    rejects("@Upsample Layer up;", "'up' has neither scale nor size; give one");
    rejects("@Upsample(scale = 2, size = 8) Layer up;", "'up' has both scale and size; give one");
    rejects("@Upsample(scale = 0) Layer up;", "scale of 'up' is {0}");
    rejects("@Upsample(size = {1, 2, 3}) Layer up;", "size of 'up' is {1, 2, 3}");
    rejects("@Upsample(scale = 1000000000) Layer up;", "scale of 'up' is 1000000000");
    rejects(
        "@Upsample(scale = 2, alignCorners = true) Layer up;",
        "alignCorners of 'up' is true; it must be left out");
    rejects("@Flatten Layer flat;\n@Upsample(scale = 2) Layer up;", "the input is the vector [60]");
  }

  /** Rejects the last line of the fields with this message, and says nothing else. */
  private static void rejects(String fields, String message) {
    Compilation compilation =
        Networks.compile(
            GOLDENS,
            List.of(),
            Networks.network(
                "input = {3, 4, 5}, weights = \"convtranspose_relu.safetensors\"", fields));
    int fieldsBegin = 6;
    assertThat(compilation).hadErrorCount(1);
    assertThat(compilation)
        .hadErrorContaining(message)
        .inFile(compilation.sourceFiles().get(0))
        .onLine(fieldsBegin + (int) fields.lines().count() - 1);
  }
}
