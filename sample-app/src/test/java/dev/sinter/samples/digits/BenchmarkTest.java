package dev.sinter.samples.digits;

import static com.google.common.truth.Truth.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class BenchmarkTest {
  @Test
  void tellsSpeedAndDifference() {
    List<Sample> samples = Sample.all().subList(0, 2);
    String report = new Benchmark(samples, Duration.ofMillis(1), 1, 3).report();
    assertThat(report).contains("JDK " + System.getProperty("java.version"));
    assertThat(report).contains("2 images");
    assertThat(report).containsMatch("(?m)^folded +[\\d,]+ +[\\d.]+ +[\\d,]+ +[\\d,]+$");
    assertThat(report).containsMatch("(?m)^unfolded +[\\d,]+ +[\\d.]+ +[\\d,]+ +[\\d,]+$");
    Matcher difference =
        Pattern.compile("No output differs by more than (\\S+)\\.$").matcher(report);
    assertThat(difference.find()).isTrue();
    assertThat(Double.parseDouble(difference.group(1))).isLessThan(1e-4);
  }
}
