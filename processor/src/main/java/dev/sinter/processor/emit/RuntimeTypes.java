package dev.sinter.processor.emit;

import com.palantir.javapoet.ClassName;

/** The classes of the runtime that generated code calls. */
final class RuntimeTypes {
  private static final String KERNEL = "dev.sinter.kernel";

  static final ClassName MODEL = ClassName.get("dev.sinter", "Model");
  static final ClassName ORDER = ClassName.get("dev.sinter", "Pixels", "Order");
  static final ClassName KERNEL_TYPE = ClassName.get(KERNEL, "Kernel");
  static final ClassName BACKEND = ClassName.get(KERNEL, "Backend");
  static final ClassName PROGRAM = ClassName.get(KERNEL, "Program");
  static final ClassName SLOT = ClassName.get(KERNEL, "Slot");
  static final ClassName WINDOW = ClassName.get(KERNEL, "Window");
  static final ClassName CONVOLUTION = ClassName.get(KERNEL, "Convolution");
  static final ClassName ACTIVATION = ClassName.get(KERNEL, "ActivationFunction");
  static final ClassName FUNCTION = ClassName.get(KERNEL, "PointFunction");
  static final ClassName OPERATION = ClassName.get(KERNEL, "Operation");
  static final ClassName REDUCTION = ClassName.get(KERNEL, "Reduction");
  static final ClassName SELF_TEST = ClassName.get(KERNEL, "SelfTest");
  static final ClassName CONSTANTS = ClassName.get(KERNEL, "Constants");

  private RuntimeTypes() {}
}
