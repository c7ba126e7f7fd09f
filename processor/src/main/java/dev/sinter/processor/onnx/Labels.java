package dev.sinter.processor.onnx;

import ai.onnx.proto.OnnxMl.NodeProto;

/** How messages call what is in a model. */
final class Labels {
  private Labels() {}

  /** What people know a node by. */
  static String label(NodeProto node) {
    String first = node.getOutputCount() == 0 ? "" : node.getOutput(0);
    return printable(node.getName().isEmpty() ? first : node.getName());
  }

  /** Names come from the file, which may be hostile. */
  static String printable(String text) {
    String cut = text.length() <= 200 ? text : text.substring(0, 200) + "…";
    return cut.replaceAll("\\p{Cntrl}", "?");
  }
}
