package dev.sinter.processor.weights;

import static com.google.common.truth.Truth.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocatorTest {

  /** A place in memory that remembers what it was asked for. */
  private static final class Memory implements Place {
    private final String name;
    private final Map<String, byte[]> files;
    private final List<String> asked = new ArrayList<>();

    Memory(String name, Map<String, byte[]> files) {
      this.name = name;
      this.files = files;
    }

    @Override
    public Optional<Source> find(String path) {
      asked.add(path);
      return Optional.ofNullable(files.get(path)).map(bytes -> Source.file(path, bytes));
    }

    @Override
    public String describe(String path) {
      return name + ":" + path;
    }
  }

  @TempDir private Path directory;

  /** A container whose only tensor tells which it is. */
  private static byte[] container(String tensor) {
    return TestFiles.safetensors(
        "{'" + tensor + "':{'dtype':'U8','shape':[0],'data_offsets':[0,0]}}");
  }

  private static List<String> tried(Locator locator, String name) {
    return assertThrows(ContainerNotFound.class, () -> locator.open(name)).tried();
  }

  @Test
  void besideThePackageThenAtTheRootOfEachPlace() throws Exception {
    Memory first = new Memory("first", Map.of("b.safetensors", container("root")));
    Memory second =
        new Memory(
            "second",
            Map.of("p/q/b.safetensors", container("no"), "p/q/c.safetensors", container("beside")));
    Locator locator = new Locator(List.of(first, second), "p/q");

    Opened b = locator.open("b.safetensors");
    assertThat(b.name()).isEqualTo("b.safetensors");
    assertThat(b.where()).isEqualTo("first:b.safetensors");
    assertThat(b.container().names()).containsExactly("root");
    assertThat(first.asked).containsExactly("p/q/b.safetensors", "b.safetensors").inOrder();
    assertThat(second.asked).isEmpty();

    assertThat(locator.open("c.safetensors").where()).isEqualTo("second:p/q/c.safetensors");
    assertThat(tried(locator, "d.npz"))
        .containsExactly("first:p/q/d.npz", "first:d.npz", "second:p/q/d.npz", "second:d.npz")
        .inOrder();
  }

  @Test
  void eachIsReadOnce() throws Exception {
    Memory place = new Memory("place", Map.of("a.safetensors", container("a")));
    Locator locator = new Locator(List.of(place), "");
    assertThat(locator.open("a.safetensors")).isSameInstanceAs(locator.open("a.safetensors"));
    assertThat(place.asked).containsExactly("a.safetensors");
  }

  @Test
  void pathsAreNormalizedAndStayInside() {
    Locator locator = new Locator(List.of(new Memory("x", Map.of())), "p/q");
    assertThat(tried(locator, "..\\r/./s//a.npz")).containsExactly("x:p/r/s/a.npz");
    assertThat(tried(locator, "../../a.npz")).containsExactly("x:a.npz");
    assertThat(tried(locator, "folder/")).containsExactly("x:p/q/folder", "x:folder").inOrder();
    assertThat(tried(locator, ".")).containsExactly("x:p/q");
    assertThat(tried(locator, "../../../a.npz"))
        .containsExactly(
            "'../../../a.npz' (no place, since it leads out of all that are searched)");
    assertThat(tried(locator, "a\0b.npz")).hasSize(2);
  }

  @Test
  void unknownFormat() {
    Locator locator = new Locator(List.of(new Memory("x", Map.of("a.bin", new byte[0]))), "p");
    assertThat(assertThrows(UnknownFormat.class, () -> locator.open("a.bin")))
        .hasMessageThat()
        .isEqualTo("x:a.bin");
  }

  @Test
  void filesAndFoldersOfADirectory() throws Exception {
    Path root = Files.createDirectories(directory.resolve("with a space"));
    Path folder = Files.createDirectories(root.resolve("p/my weights"));
    Files.write(folder.resolve("conv1.weight.npy"), TestFiles.resource("version1.npy"));
    Files.write(folder.resolve("README.txt"), new byte[1]);
    Files.createDirectory(folder.resolve("folder.npy"));
    Files.write(root.resolve("my file.SafeTensors"), container("a"));
    Locator locator = new Locator(List.of(new DirectoryPlace(root)), "p");

    assertThat(locator.open("my weights/").container().names()).containsExactly("conv1.weight");
    assertThat(locator.open("my file.SafeTensors").container().names()).containsExactly("a");
    assertThat(tried(locator, "a.npz"))
        .containsExactly(root.resolve("p/a.npz").toString(), root.resolve("a.npz").toString())
        .inOrder();
  }

  @Test
  void absolutePaths() throws Exception {
    Path file = Files.write(directory.resolve("a.safetensors"), container("a"));
    Locator locator = new Locator(List.of(new Memory("x", Map.of())), "p");
    assertThat(locator.open(file.toString()).where()).isEqualTo(file.toString());
    String missing = directory.resolve("b.npz").toString();
    assertThat(tried(locator, missing)).containsExactly(missing);
  }

  @Test
  void whatIsThereAndCannotBeRead() throws Exception {
    Path big = directory.resolve("big.npz");
    try (var file = new java.io.RandomAccessFile(big.toFile(), "rw")) {
      file.setLength(3_000_000_000L); // Sparse: it takes no space.
    }
    Locator locator = new Locator(List.of(new DirectoryPlace(directory)), "");
    MalformedContainer complaint =
        assertThrows(MalformedContainer.class, () -> locator.open("big.npz"));
    assertThat(complaint.file()).isEqualTo(big.toString());
    assertThat(complaint)
        .hasMessageThat()
        .isEqualTo("it cannot be read: it has 3000000000 bytes; Sinter reads files of up to 2 GB.");

    Place broken =
        new Place() {
          @Override
          public Optional<Source> find(String path) throws IOException {
            throw new IOException("no permission");
          }

          @Override
          public String describe(String path) {
            return path;
          }
        };
    assertThat(
            assertThrows(
                MalformedContainer.class, () -> new Locator(List.of(broken), "").open("a.npz")))
        .hasMessageThat()
        .isEqualTo("it cannot be read: no permission.");
  }
}
