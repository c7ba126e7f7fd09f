package dev.sinter.processor.weights;

import java.nio.charset.StandardCharsets;

/**
 * What an HDF5 file keeps beside its numbers: structures that refer to each other by addresses.
 * They lie side by side, so that to read all of them takes as many bytes as the file has, or a few
 * times as many, where several links lead to one. Where it takes more, they contain each other.
 */
final class Hdf5Structures {
  /** The address of what is not there. */
  static final long UNDEFINED = -1;

  private static final int SIGNATURE = 4;

  private final Bytes bytes;
  private long left;

  Hdf5Structures(Bytes bytes) {
    this.bytes = bytes;
    this.left = 4L * bytes.length();
  }

  Bytes bytes() {
    return bytes;
  }

  /** Accounts for a structure of this size. */
  void spend(long at, long size) throws MalformedContainer {
    if (size < 0 || size > left) {
      throw bytes.malformed(
          Math.max(0, at), "a structure there contains itself, or is larger than the file.");
    }
    left -= size;
  }

  boolean has(long at, String signature) throws MalformedContainer {
    byte[] expected = signature.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < SIGNATURE; i++) {
      if (bytes.u8(at + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  void require(long at, String signature) throws MalformedContainer {
    if (!has(at, signature)) {
      throw bytes.malformed(at, "there must be a structure '" + signature + "', and is none.");
    }
  }
}
