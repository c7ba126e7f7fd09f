package dev.sinter.processor.weights;

/** The trees of an HDF5 file, version 1: what is in a group, and the chunks of a dataset. */
final class Hdf5Tree {
  static final int GROUP = 0;
  static final int CHUNKS = 1;
  private static final int PREFIX = 24;

  /** Takes each leaf in order. */
  interface Leaves {
    /**
     * Takes a leaf.
     *
     * @param key where the key before it is
     * @param child where it is itself
     */
    void accept(long key, long child) throws MalformedContainer;
  }

  private final Hdf5Structures structures;
  private final int type;
  private final int keySize;
  private final Leaves leaves;

  private Hdf5Tree(Hdf5Structures structures, int type, int keySize, Leaves leaves) {
    this.structures = structures;
    this.type = type;
    this.keySize = keySize;
    this.leaves = leaves;
  }

  /** Gives all leaves of the tree at an address. */
  static void walk(Hdf5Structures structures, long at, int type, int keySize, Leaves leaves)
      throws MalformedContainer {
    int level = structures.bytes().u8(at + 5);
    new Hdf5Tree(structures, type, keySize, leaves).node(at, level);
  }

  private void node(long at, int level) throws MalformedContainer {
    Bytes bytes = structures.bytes();
    structures.require(at, "TREE");
    // Levels fall by one, so the recursion is not deep.
    if (bytes.u8(at + 4) != type || bytes.u8(at + 5) != level) {
      throw bytes.malformed(at + 4, "this node of a tree is not of the kind that it must be.");
    }
    int count = bytes.u16(at + 6);
    structures.spend(at, PREFIX + count * (keySize + 8L));
    for (int i = 0; i < count; i++) {
      long key = at + PREFIX + i * (keySize + 8L);
      long child = bytes.i64(key + keySize);
      if (level == 0) {
        leaves.accept(key, child);
      } else {
        node(child, level - 1);
      }
    }
  }
}
