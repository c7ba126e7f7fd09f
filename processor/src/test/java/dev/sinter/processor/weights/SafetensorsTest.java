package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sinter.processor.ir.Shape;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafetensorsTest {
  private static final String A = "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}}";

  private static Container open(byte[] bytes) throws MalformedContainer {
    return new Safetensors().open(Source.file("w.safetensors", bytes));
  }

  private static MalformedContainer complaint(byte[] bytes) {
    return assertThrows(MalformedContainer.class, () -> open(bytes));
  }

  private static void assertComplaint(byte[] bytes, long position, String message) {
    MalformedContainer complaint = complaint(bytes);
    assertThat(complaint).hasMessageThat().isEqualTo(message);
    assertThat(complaint.position()).isEqualTo(position);
    assertThat(complaint.file()).isEqualTo("w.safetensors");
  }

  private static String tensor(String name, int begin, int end) {
    return "'"
        + name
        + "':{'dtype':'U8','shape':["
        + (end - begin)
        + "],'data_offsets':["
        + begin
        + ","
        + end
        + "]}";
  }

  @Test
  void everythingThatTheFormatAllows() throws MalformedContainer {
    Container container =
        open(
            TestFiles.safetensors(
                "{'__metadata__':{'format':'pt','\\u00e9':''}, "
                    + "'späť':{'data_offsets':[4,6],'shape':[2,1],'dtype':'U8'},\n"
                    + "'scalar':{'dtype':'F32','shape':[],'data_offsets':[0,4]},"
                    + "'none':{'dtype':'F64','shape':[3,0],'data_offsets':[4,4]}}  ",
                new byte[] {0, 0, (byte) 0x80, 0x3F, 7, (byte) 200}));
    assertThat(container.names()).containsExactly("none", "scalar", "späť").inOrder();
    assertThat(container.read("scalar").shape()).isEqualTo(Shape.of());
    assertThat(container.read("scalar").get(0)).isEqualTo(1.0);
    assertThat(container.read("none").shape()).isEqualTo(Shape.of(3, 0));
    assertThat(container.read("späť").toDoubles()).isEqualTo(new double[] {7, 200});
  }

  @Test
  void noTensors() throws MalformedContainer {
    assertThat(open(TestFiles.safetensors("{}")).names()).isEmpty();
  }

  @Test
  void headerLength() {
    assertComplaint(
        new byte[5], 5, "the file ends within the 8 bytes that tell the length of its header.");
    assertComplaint(
        TestFiles.littleEndian(9, 0),
        0,
        "the header is said to have 9 bytes, but only 8 follow. The file is cut short, or no"
            + " safetensors file.");
    assertComplaint(
        TestFiles.littleEndian(-1, 0),
        0,
        "the header is said to have 18446744073709551615 bytes, but only 8 follow. The file is cut"
            + " short, or no safetensors file.");
    byte[] huge = new byte[100_000_100];
    System.arraycopy(TestFiles.littleEndian(100_000_001), 0, huge, 0, 8);
    assertComplaint(huge, 0, "the header has 100000001 bytes; the format allows 100000000.");
  }

  @Test
  void headerIsNoObject() {
    String message = "the header must begin with '{', as a JSON object does.";
    assertComplaint(TestFiles.safetensors("[]"), 8, message);
    assertComplaint(TestFiles.safetensors(""), 8, message);
    assertComplaint(TestFiles.safetensors("\uFEFF{}"), 8, message);
  }

  @Test
  void headerIsNotUtf8() {
    byte[] bytes = TestFiles.safetensors("{'x':{}}");
    bytes[10] = (byte) 0xC0;
    assertComplaint(bytes, 10, "the text there is not UTF-8.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a'             | 11",
        "{'a':,           | 13",
        "{a:{}}           | 9",
        "{'ä':x           | 14",
        "{} x             | 11",
        "{}{}             | 10",
        "{'a':{'dtype':F3 | 22",
        "{'a':{'dtype':'\\x41'}} | 24",
      })
  void headerIsNoJson(String header, long position) {
    MalformedContainer complaint = complaint(TestFiles.safetensors(header));
    assertThat(complaint).hasMessageThat().isEqualTo("the header is not valid JSON there.");
    assertThat(complaint.position()).isEqualTo(position);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'a':[]} | 'a' must be an object with dtype, shape and data_offsets.",
        "{'a':{}} | 'a' has no data_offsets.",
        "{'a':{'shape':[2],'data_offsets':[0,8]}} | 'a' has no dtype.",
        "{'a':{'dtype':'F32','data_offsets':[0,8]}} | 'a' has no shape.",
        "{'a':{'x':1}} | 'a' has the member 'x'; its members are dtype, shape and data_offsets.",
        "{'a':{'dtype':'F32','dtype':'F32'}} | 'a' has 'dtype' twice.",
        "{'a':{'dtype':null}} | the dtype of 'a' must be a string.",
        "{'a':{'shape':3}} | the shape of 'a' must be an array.",
        "{'a':{'shape':['3']}} | an extent of 'a' must be a number.",
        "{'a':{'shape':[[[]]]}} | an extent of 'a' must be a number.",
        "{'a':{'data_offsets':['0','8']}} | each of the data_offsets of 'a' must be a number.",
        "{'a':{'data_offsets':[0]}} | each of the data_offsets of 'a' must be a number.",
        "{'a':{'data_offsets':[0,8,9]}} |"
            + " what follows the data_offsets of 'a' must be the end of the array.",
        "{'a':{'data_offsets':[8,0]}} |"
            + " the data_offsets of 'a' are [8, 0], so it ends before it begins.",
        "{'a':{'data_offsets':[-1,0]}} |"
            + " the data_offsets of 'a' contain -1, which is no position in a file.",
        "{'a':{'data_offsets':[0,1.0]}} |"
            + " the data_offsets of 'a' contain 1.0, which is no position in a file.",
        "{'a':{'data_offsets':[0,9223372036854775808]}} |"
            + " the data_offsets of 'a' contain 9223372036854775808, which is no position in a"
            + " file.",
        "{'a':{'data_offsets':[0,1e400]}} |"
            + " the data_offsets of 'a' contain 1e400, which is no position in a file.",
        "{'__metadata__':[]} | __metadata__ must be an object of strings.",
        "{'__metadata__':{'a':1}} | 'a' in __metadata__ must be a string.",
        "{'__metadata__':{'a':'','a':''}} | __metadata__ has 'a' twice.",
        "{'__metadata__':{},'__metadata__':{}} | the header has '__metadata__' twice.",
      })
  void headerIsWrong(String header, String message) {
    MalformedContainer complaint = complaint(TestFiles.safetensors(header));
    assertThat(complaint).hasMessageThat().isEqualTo(message);
    assertThat(complaint.position()).isGreaterThan(8L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "1e0", "2147483648", "9223372036854775808", "1e400", "-0"})
  void badExtent(String extent) {
    String header = "{'a':{'dtype':'F32','shape':[" + extent + "],'data_offsets':[0,8]}}";
    assertThat(complaint(TestFiles.safetensors(header)))
        .hasMessageThat()
        .isEqualTo(
            "the shape of 'a' cannot have the extent "
                + extent
                + "; extents are integers from 0 to 2147483647, at most 64 of them.");
  }

  @Test
  void tensorTwice() {
    String header = "{" + tensor("a", 0, 1) + "," + tensor("a", 1, 2) + "}";
    assertComplaint(
        TestFiles.safetensors(header, new byte[2]),
        8 + header.lastIndexOf("'a'") + 2,
        "the header has 'a' twice.");
  }

  @Test
  void dataMustBeContiguous() {
    String gap = "{" + tensor("b", 3, 4) + "," + tensor("a", 0, 2) + "}";
    assertComplaint(
        TestFiles.safetensors(gap, new byte[4]),
        8 + gap.length() + 2,
        "'b' begins at 3 of the data and 'a' ends at 2; there must be neither gap nor overlap.");
    String overlap = "{" + tensor("b", 1, 4) + "," + tensor("a", 0, 2) + "}";
    assertComplaint(
        TestFiles.safetensors(overlap, new byte[4]),
        8 + overlap.length() + 2,
        "'b' begins at 1 of the data and 'a' ends at 2; there must be neither gap nor overlap.");
    assertComplaint(
        TestFiles.safetensors(A, new byte[9]),
        8 + A.length() + 8,
        "'a' ends at 8 of the data, and nothing claims what follows.");
    assertComplaint(
        TestFiles.safetensors(A, new byte[7]),
        8 + A.length() + 7,
        "'a' ends at 8 of the data, which are 7 bytes.");
    assertComplaint(
        TestFiles.safetensors("{}", new byte[1]),
        10,
        "the header ends at 0 of the data, and nothing claims what follows.");
  }

  @Test
  void dataMustFitTheShape() {
    assertComplaint(
        TestFiles.safetensors(A.replace("[2]", "[3]"), new byte[8]),
        8 + A.length(),
        "'a' has 8 bytes; F32 of shape [3] takes 12.");
    // 2^62 floats: 2^64 bytes, which is 0 to a careless reader.
    String overflow =
        "{'a':{'dtype':'F32','shape':[1073741824,1073741824,4],'data_offsets':[0,0]}}";
    assertComplaint(
        TestFiles.safetensors(overflow),
        8 + overflow.length(),
        "'a' has 0 bytes; F32 of shape [1073741824, 1073741824, 4] takes 18446744073709551616.");
  }

  @Test
  void otherTypesMatterOnlyToWhoReadsThem() throws MalformedContainer {
    String header =
        "{'q':{'dtype':'F8_E4M3','shape':[2],'data_offsets':[0,2]}," + tensor("a", 2, 3) + "}";
    Container container = open(TestFiles.safetensors(header, new byte[3]));
    assertThat(container.read("a").size()).isEqualTo(1);
    MalformedContainer complaint =
        assertThrows(MalformedContainer.class, () -> container.read("q"));
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo(
            "'q' has elements of type F8_E4M3; Sinter reads F64, F32, F16, BF16, I64, I32, I16,"
                + " I8, U64, U32, U16, U8, BOOL.");
    assertThat(complaint.position()).isEqualTo(8 + header.length());
  }

  @Test
  void deepNestingAndLongHeaders() {
    byte[] nested = new byte[10_000_000];
    Arrays.fill(nested, (byte) '[');
    String open = new String(nested, StandardCharsets.US_ASCII);
    for (String prefix :
        new String[] {"{'a':", "{'a':{'shape':", "{'a':{'shape':[", "{'__metadata__':{'a':"}) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(10), () -> complaint(TestFiles.safetensors(prefix + open)));
    }
    String extents = "1,".repeat(1_000_000);
    assertThat(complaint(TestFiles.safetensors("{'a':{'shape':[" + extents + "1]}}")))
        .hasMessageThat()
        .startsWith("the shape of 'a' cannot have the extent 1;");
  }

  @Test
  void namesCannotFloodOrForgeTheLog() {
    String name = "\\n[ERROR] \\u001b[31m" + "x".repeat(10_000);
    MalformedContainer complaint = complaint(TestFiles.safetensors("{'" + name + "':1}"));
    assertThat(complaint).hasMessageThat().startsWith("'?[ERROR] ?[31mxxx");
    assertThat(complaint.getMessage().length()).isLessThan(600);
  }

  @Test
  void manyTensors() throws MalformedContainer {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 20_000; i++) {
      header.append(i == 0 ? "" : ",").append(tensor("t" + i, i, i + 1));
    }
    Container container = open(TestFiles.safetensors(header + "}", new byte[20_000]));
    assertWithMessage("tensors").that(container.names()).hasSize(20_000);
  }
}
