package dev.sinter.processor.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import java.util.List;

/** How the constants of layers get into the compiled network. */
interface Baking {
  /**
   * Constants of at most this many bytes in all stay in the classes, where nothing else is said.
   */
  long CLASS_BYTES = 1 << 20;

  /**
   * An expression for a layer's next constant array; the runtime evaluates them in this order.
   *
   * @param methods receives the methods that the expression needs in its class
   * @param name what the array is called there
   */
  CodeBlock array(List<MethodSpec> methods, String name, Numbers numbers);

  /** Adds the parameters that those expressions need to the method in which they stand. */
  void parameters(MethodSpec.Builder method);

  /** The arguments for those parameters, with a comma before each. */
  CodeBlock arguments();
}
