package dev.sinter.processor.weights;

import java.util.List;
import java.util.Optional;

/**
 * HDF5 files, which Keras writes as {@code .h5}: each dataset is a tensor under its path, {@code
 * "conv1/conv1/kernel:0"}. Of a whole model only the group {@code model_weights} is read, not its
 * optimizer. Links by name, of which Keras makes none, are not followed.
 *
 * <p>Read is what libhdf5 writes unless it is told otherwise (its format of 1.6), and of the newer
 * one what small files have. There is a library, jHDF; but it trusts what it reads: a file of 15 KB
 * keeps it busy for ever, and it inflates without a limit. Nothing around it can help that.
 *
 * @see <a href="https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html">The format</a>
 */
final class Hdf5 implements ContainerFormat {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};

  private static final String MODEL = "model_weights";

  /** Groups in groups. Keras needs as many as its models are nested. */
  private static final int DEEPEST = 64;

  /** Keras 3 numbers variables, unless it writes the format of Keras 2. */
  private static final String NUMBERED = "(.*/)?vars/[0-9]+";

  @Override
  public boolean reads(Source source) {
    return source.isFile(".h5") || source.isFile(".hdf5");
  }

  @Override
  public Container open(Source source) throws MalformedContainer {
    Bytes bytes = new Bytes(source.name(), source.bytes());
    Hdf5Structures structures = new Hdf5Structures(bytes);
    Hdf5Header root = Hdf5Header.read(structures, root(bytes));
    List<Hdf5Group.Member> members = Hdf5Group.members(structures, root);
    Optional<Hdf5Group.Member> model =
        members.stream().filter(member -> member.name().equals(MODEL)).findFirst();
    LazyTensors tensors = new LazyTensors();
    collect(structures, model.map(List::of).orElse(members), "", 0, tensors);
    if (tensors.names().isEmpty()) {
      throw bytes.malformed(0, "this HDF5 file has no datasets, so no weights.");
    }
    if (tensors.names().stream().allMatch(name -> name.matches(NUMBERED))) {
      throw bytes.malformed(
          0,
          "Keras 3 has numbered its tensors ('"
              + tensors.names().first()
              + "'), and does not say what they are. Save the model in the format that has names:"
              + " model.save(\"model.h5\").");
    }
    return tensors;
  }

  /** Where the header of the root group is. */
  private static long root(Bytes bytes) throws MalformedContainer {
    for (int i = 0; i < SIGNATURE.length; i++) {
      if (i == bytes.length() || bytes.array()[i] != SIGNATURE[i]) {
        throw bytes.malformed(i, "an HDF5 file begins with '\\x89HDF', this one does not.");
      }
    }
    int version = bytes.u8(8);
    if (version > 3) {
      throw bytes.malformed(8, "its version is " + version + "; Sinter reads 0 to 3.");
    }
    boolean old = version < 2;
    int sizes = old ? 13 : 9;
    if (bytes.u8(sizes) != 8 || bytes.u8(sizes + 1) != 8) {
      throw bytes.malformed(sizes, "its addresses do not have 8 bytes, as they must.");
    }
    int base = old ? version * 4 + 24 : 12;
    if (bytes.i64(base) != 0) {
      throw bytes.malformed(base, "its addresses do not begin at 0, as they must.");
    }
    long end = bytes.i64(base + 16);
    if (end != bytes.length()) {
      throw bytes.malformed(
          base + 16,
          "it is said to have "
              + Long.toUnsignedString(end)
              + " bytes, and has "
              + bytes.length()
              + ". The file is cut short, or has something appended.");
    }
    return bytes.i64(base + (old ? 40 : 24));
  }

  private static void collect(
      Hdf5Structures structures,
      List<Hdf5Group.Member> members,
      String path,
      int depth,
      LazyTensors tensors)
      throws MalformedContainer {
    for (Hdf5Group.Member member : members) {
      String name = path + member.name();
      structures.spend(member.header(), name.length());
      Hdf5Header header = Hdf5Header.read(structures, member.header());
      if (header.has(Hdf5Header.LAYOUT)) {
        Bytes bytes = structures.bytes();
        tensors.put(
            name,
            () -> Hdf5Dataset.stored(name, header, bytes),
            () -> Hdf5Dataset.read(name, header, bytes));
      } else if (depth == DEEPEST) {
        throw structures
            .bytes()
            .malformed(member.header(), "there are more than " + DEEPEST + " groups in groups.");
      } else {
        List<Hdf5Group.Member> inner = Hdf5Group.members(structures, header);
        collect(structures, inner, name + "/", depth + 1, tensors);
      }
    }
  }
}
