package dev.sinter.processor.weights;

/** Says what is wrong with a container's bytes, and where. */
public final class MalformedContainer extends Exception {
  private static final long serialVersionUID = 1L;

  /** Longer texts are cut: names come from the file, which may be hostile. */
  private static final int LONGEST = 500;

  private final String file;
  private final long position;

  /**
   * The complaint.
   *
   * @param file the file, and the entry in it if it has entries: {@code "w.npz, entry 'a.npy'"}
   * @param position the byte in that file or entry
   * @param message what was found and what was expected
   */
  public MalformedContainer(String file, long position, String message) {
    super(printable(message));
    this.file = printable(file);
    this.position = position;
  }

  /** One line, of a length that a build log bears. */
  private static String printable(String text) {
    String cut = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }

  public String file() {
    return file;
  }

  public long position() {
    return position;
  }
}
