package dev.sinter.processor;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.testing.compile.Compilation;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated self-tests: they pass, and fail where the constants are others. */
class SelfTestTest {
  private static final String SOURCE = "p/SinteredXSelfTest.java";

  private static final String FLOATS =
      "@Conv(padding = 1) Layer conv; @BatchNorm Layer bn; @Output @Activation(RELU) Layer relu;"
          + " @Flatten Layer flat; @Linear Layer fc; @Softmax Layer last;";

  @TempDir private Path folder;

  @BeforeEach
  void writeWeights() throws IOException {
    new TestWeights()
        .tensor("conv.weight", 4, 1, 3, 3)
        .norm("bn", 4)
        .tensor("fc.weight", 5, 144)
        .write(folder.resolve("w.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ", pixels = @Pixels(mean = 0.5, std = 0.25)", ", storage = Storage.INT8"})
  void passes(String arguments) throws ReflectiveOperationException {
    for (String fold : List.of("all", "none")) {
      run(compile(arguments, "-Asinter.selftest=true", "-Asinter.fold=" + fold));
    }
  }

  /** The classes are those of one set of weights, the self-test is that of another. */
  @Test
  void failsWhereTheConstantsAreOthers() throws IOException, ReflectiveOperationException {
    Compilation first = compile("", "-Asinter.selftest=true");
    new TestWeights()
        .tensor("conv.weight", 4, 1, 3, 3)
        .norm("bn", 4)
        .with("bn.bias", 1, 2, 3, 4)
        .tensor("fc.weight", 5, 144)
        .write(folder.resolve("w.safetensors"));
    Map<String, byte[]> other = Networks.files(compile("", "-Asinter.selftest=true"));
    ClassLoader mixed =
        new ClassLoader(SelfTestTest.class.getClassLoader()) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            String path = name.replace('.', '/') + ".class";
            boolean test = name.endsWith("SelfTest");
            byte[] bytes = test ? Networks.files(first).get(path) : other.get(path);
            if (bytes == null) {
              throw new ClassNotFoundException(name);
            }
            return defineClass(name, bytes, 0, bytes.length);
          }
        };
    Method run = mixed.loadClass("p.SinteredXSelfTest").getMethod("run");
    Throwable failure =
        assertThrows(InvocationTargetException.class, () -> run.invoke(null)).getCause();
    assertThat(failure).isInstanceOf(AssertionError.class);
    assertThat(failure).hasMessageThat().startsWith("Output 'relu' of X for the inputs of seed 1,");
  }

  @Test
  void isOptionalAndReproducibleAndJava8() {
    assertThat(Networks.files(compile(""))).doesNotContainKey(SOURCE);
    assertThat(Networks.files(compile("", "-Asinter.selftest=false"))).doesNotContainKey(SOURCE);
    byte[] source = Networks.files(compile("", "-Asinter.selftest=true")).get(SOURCE);
    assertThat(source).isEqualTo(Networks.files(compile("", "-Asinter.selftest=true")).get(SOURCE));
    Map<String, byte[]> java8 =
        Networks.files(
            compile(
                "", "-Asinter.selftest=true", "-source", "8", "-target", "8", "-Xlint:-options"));
    assertThat(java8.get("p/SinteredXSelfTest.class")[7]).isEqualTo(52);
    ClassFile.read(java8.get("p/SinteredXSelfTest.class"))
        .methods()
        .forEach((name, bytes) -> assertThat(bytes).isAtMost(8000));
  }

  private static void run(Compilation compilation) throws ReflectiveOperationException {
    Networks.type(compilation, "p.SinteredXSelfTest").getMethod("run").invoke(null);
  }

  private Compilation compile(String arguments, String... options) {
    return Networks.compile(
        folder,
        new ArrayList<>(List.of(options)),
        Networks.network("input = {1, 6, 6}, weights = \"w.safetensors\"" + arguments, FLOATS));
  }
}
