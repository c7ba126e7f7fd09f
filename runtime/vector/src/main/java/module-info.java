/**
 * Kernels on the JDK's Vector API. Nobody need require it: on the module path it is found as a
 * provider, and brings the incubating module along, so that java needs no {@code --add-modules}.
 */
module dev.sinter.vector {
  requires dev.sinter;
  requires jdk.incubator.vector;
  requires static org.jspecify;

  provides dev.sinter.kernel.BackendProvider with
      dev.sinter.vector.VectorProvider;
}
