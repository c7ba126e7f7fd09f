/** The annotations that declare a network, and what runs a compiled one. */
module dev.sinter {
  requires java.logging;
  requires static org.jspecify;

  exports dev.sinter;
  exports dev.sinter.kernel;

  uses dev.sinter.kernel.BackendProvider;
}
