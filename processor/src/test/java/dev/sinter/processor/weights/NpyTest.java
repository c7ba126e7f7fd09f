package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class NpyTest {

  private static Tensor read(byte[] bytes) throws MalformedContainer {
    return Npy.read(new Bytes("a.npy", bytes), "a");
  }

  private static MalformedContainer complaint(byte[] bytes) {
    return assertThrows(MalformedContainer.class, () -> read(bytes));
  }

  /** As {@code generate.py} makes it. */
  static double[] weight() {
    double[] weight = new double[24];
    for (int i = 0; i < weight.length; i++) {
      weight[i] = i / 8.0 - 1;
    }
    return weight;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void everyVersion(int version) throws MalformedContainer {
    Tensor tensor = read(TestFiles.resource("version" + version + ".npy"));
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 3, 4));
    assertThat(tensor.toDoubles()).isEqualTo(weight());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "object ; '|O' (Python objects, which only pickle can read, and pickle may run any code)",
        "complex ; '<c16' (complex numbers)",
        "text ; '<U1' (text)",
        "longdouble ; '<f16' (floats of a size that differs between machines)",
        "void ; '|V2' (raw bytes, as NumPy saves bfloat16)",
      })
  void otherTypes(String file, String type) {
    assertThat(complaint(TestFiles.resource(file + ".npy")))
        .hasMessageThat()
        .isEqualTo(
            "the dtype of 'a' is "
                + type
                + ". Save it as real numbers: array.astype(numpy.float32).");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "<", "<f3", "|f4", "<f4x", "f", "é"})
  void typesThatAreNone(String dtype) {
    assertThat(complaint(TestFiles.npy(dtype, "(0,)")))
        .hasMessageThat()
        .startsWith("the dtype of 'a' is '" + dtype + "' (");
  }

  @Test
  void structured() {
    assertThat(complaint(TestFiles.resource("structured.npy")))
        .hasMessageThat()
        .isEqualTo("it is a structured array; save each of its fields as an array of its own.");
  }

  @Test
  void inexact() {
    assertThat(complaint(TestFiles.resource("inexact.npy")))
        .hasMessageThat()
        .isEqualTo("element 1 of 'a' is 9007199254740993, which no double is equal to.");
  }

  @ParameterizedTest
  @CsvSource({"<i2,513", ">i2,258", "=i2,513", "i2,513", "|i1,2", "<i1,2", "|b1,1", ">u1,2"})
  void byteOrders(String dtype, double first) throws MalformedContainer {
    byte[] data = dtype.endsWith("2") ? new byte[] {1, 2} : new byte[] {(byte) first};
    assertThat(read(TestFiles.npy(dtype, "(1,)", data)).get(0)).isEqualTo(first);
  }

  @Test
  void fortranOrder() throws MalformedContainer {
    String header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3)}";
    Tensor tensor = read(TestFiles.npy(header, new byte[] {11, 21, 12, 22, 13, 23}));
    assertThat(tensor.toDoubles()).isEqualTo(new double[] {11, 12, 13, 21, 22, 23});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr':'|u1','fortran_order':False,'shape':(2,1)}",
        "  {\"shape\" : ( 2 , 1 , ) , 'fortran_order' : False , 'descr' : \"|u1\" , }   ",
        "{'descr':'|u1','fortran_order':True,'shape':(2L,1L)}",
      })
  void headersThatMeanTheSame(String header) throws MalformedContainer {
    Tensor tensor = read(TestFiles.npy(header, new byte[] {3, 4}));
    assertThat(tensor.shape()).isEqualTo(Shape.of(2, 1));
    assertThat(tensor.toDoubles()).isEqualTo(new double[] {3, 4});
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | 10 | the header must have '{' there.",
        "{} | 13 | the header has no descr.",
        "{'descr':'<f4'} | 26 | the header has no fortran_order.",
        "{'descr':'<f4','fortran_order':True} | 47 | the header has no shape.",
        "{'descr':'<f4','descr':'<f4'} | 25 |"
            + " the header has the key 'descr'; its keys are descr, fortran_order and shape, each"
            + " once.",
        "{'x':1} | 11 |"
            + " the header has the key 'x'; its keys are descr, fortran_order and shape, each"
            + " once.",
        "{'descr':4} | 19 | the header must have a string there.",
        "{'descr':'<f4 | 24 | the header must have the end of the string there.",
        "{'descr':'<f4\\' | 23 | the header must have the end of the string there.",
        "{'descr' '<f4'} | 19 | the header must have ':' there.",
        "{'descr':'<f4' 'shape':()} | 25 | the header must have '}' there.",
        "{'fortran_order':1} | 27 | fortran_order must be True or False.",
        "{'shape':3} | 19 | the header must have '(' there.",
        "{'shape':(3)} | 21 | the header must have ',' there.",
        "{'shape':(3, 4 5)} | 25 | the header must have ')' there.",
        "{'shape':(-3,)} | 20 | the shape cannot have the extent '-3'; extents are integers from 0"
            + " to 2147483647, at most 64 of them.",
        "{'shape':(,)} | 20 | the shape cannot have the extent ''; extents are integers from 0"
            + " to 2147483647, at most 64 of them.",
        "{'shape':(((((( | 20 | the shape cannot have the extent ''; extents are integers from 0"
            + " to 2147483647, at most 64 of them.",
        "{} {} | 13 | the header must have the end of the header there.",
      })
  void headerIsWrong(String header, long position, String message) {
    MalformedContainer complaint = complaint(TestFiles.npy(header));
    assertThat(complaint).hasMessageThat().isEqualTo(message);
    assertThat(complaint.position()).isEqualTo(position);
  }

  @Test
  void wrongLengthOfData() {
    assertThat(complaint(TestFiles.npy("<f4", "(3,)", new byte[13])))
        .hasMessageThat()
        .isEqualTo("13 bytes of data follow; '<f4' of shape [3] takes 12.");
    assertThat(complaint(TestFiles.npy("<f4", "(1073741824, 1073741824, 4)")))
        .hasMessageThat()
        .isEqualTo(
            "0 bytes of data follow; '<f4' of shape [1073741824, 1073741824, 4] takes"
                + " 18446744073709551616.");
  }

  @Test
  void wrongStart() {
    byte[] bytes = TestFiles.npy("<f4", "(0,)");
    bytes[6] = 4;
    assertThat(complaint(bytes))
        .hasMessageThat()
        .isEqualTo("its version is 4; Sinter reads 1, 2 and 3.");
    bytes[5] = 'X';
    MalformedContainer complaint = complaint(bytes);
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo("a .npy file begins with '\\x93NUMPY', this one does not.");
    assertThat(complaint.position()).isEqualTo(5);
  }

  @Test
  void headerTooLong() {
    byte[] bytes = TestFiles.npy("<f4", "(0,)");
    bytes[6] = 2;
    bytes[11] = (byte) 0xFF;
    assertThat(complaint(bytes)).hasMessageThat().contains("follow. The file is cut short.");
  }
}
