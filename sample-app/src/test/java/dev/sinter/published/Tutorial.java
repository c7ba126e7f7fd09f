package dev.sinter.published;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The tutorial of the package {@code dev.sinter}, and weights for it. */
final class Tutorial {
  private static final Path TEXT = Path.of("../runtime/src/main/java/dev/sinter/package-info.java");

  private Tutorial() {}

  /** The snippet that has a part. */
  static String snippet(String part) throws IOException {
    Matcher snippets =
        Pattern.compile("<pre>\\{@code\\R(.*?) \\* }</pre>", Pattern.DOTALL)
            .matcher(Files.readString(TEXT));
    while (snippets.find()) {
      if (snippets.group(1).contains(part)) {
        return snippets.group(1).replaceAll("(?m)^ \\* ?", "");
      }
    }
    throw new AssertionError(part);
  }

  /**
   * What training could have given: whatever is measured, the scores are ln 2 for one species and 0
   * for the others.
   */
  static byte[] weights(int likely) {
    float[] scores = new float[3];
    scores[likely] = (float) Math.log(2);
    List<String> header = new ArrayList<>();
    ByteBuffer values = ByteBuffer.allocate(4 * 99).order(ByteOrder.LITTLE_ENDIAN);
    put(header, values, "hidden.weight", "8,4", new float[32]);
    put(header, values, "hidden.bias", "8", new float[8]);
    put(header, values, "norm.weight", "8", ones());
    put(header, values, "norm.bias", "8", new float[8]);
    put(header, values, "norm.running_mean", "8", new float[8]);
    put(header, values, "norm.running_var", "8", ones());
    put(header, values, "scores.weight", "3,8", new float[24]);
    put(header, values, "scores.bias", "3", scores);
    byte[] names = ("{" + String.join(",", header) + "}").getBytes(UTF_8);
    return ByteBuffer.allocate(8 + names.length + values.position())
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(names.length)
        .put(names)
        .put(values.array(), 0, values.position())
        .array();
  }

  private static float[] ones() {
    return new float[] {1, 1, 1, 1, 1, 1, 1, 1};
  }

  private static void put(
      List<String> header, ByteBuffer values, String name, String shape, float[] tensor) {
    int start = values.position();
    for (float value : tensor) {
      values.putFloat(value);
    }
    header.add(
        "\"%s\":{\"dtype\":\"F32\",\"shape\":[%s],\"data_offsets\":[%d,%d]}"
            .formatted(name, shape, start, values.position()));
  }
}
