package dev.sinter.processor.weights;

/** A kind of weight container: one line in {@link Containers#FORMATS}. */
interface ContainerFormat {
  /** Whether a source of this name and kind is of this format. */
  boolean reads(Source source);

  /**
   * Opens a container.
   *
   * @throws MalformedContainer if the bytes are no such container
   */
  Container open(Source source) throws MalformedContainer;
}
