package dev.sinter.processor.onnx;

import dev.sinter.processor.ir.Activation.Kind;
import java.util.Map;

/** The operators that Sinter knows. */
final class Operators {
  static final Map<String, Operator> TABLE =
      Map.ofEntries(
          // Layers with a window.
          Map.entry("Conv", Windows::conv),
          Map.entry("ConvTranspose", Windows::convTranspose),
          Map.entry("MaxPool", Windows::maxPool),
          Map.entry("AveragePool", Windows::averagePool),
          Map.entry("GlobalAveragePool", Windows::globalAverage),
          Map.entry("GlobalMaxPool", Windows::globalMax),
          Map.entry("ReduceMean", Windows::reduceMean),
          Map.entry("ReduceMax", Windows::reduceMax),
          // Element by element.
          Map.entry("BatchNormalization", Elementwise::batchNorm),
          Map.entry("Add", Elementwise::add),
          Map.entry("Sub", Elementwise::subtract),
          Map.entry("Mul", Elementwise::multiply),
          Map.entry("Div", Elementwise::divide),
          Map.entry("Sum", Elementwise::sum),
          Map.entry("Neg", Elementwise::negate),
          Map.entry("Relu", Elementwise.function(Kind.RELU)),
          Map.entry("LeakyRelu", Elementwise.function(Kind.LEAKY_RELU, 0.01f)),
          Map.entry("PRelu", Elementwise::pRelu),
          Map.entry("Elu", Elementwise.function(Kind.ELU, 1)),
          Map.entry("Selu", Elementwise::selu),
          Map.entry("Gelu", Elementwise::gelu),
          Map.entry("Sigmoid", Elementwise.function(Kind.SIGMOID)),
          Map.entry("HardSigmoid", Elementwise::hardSigmoid),
          Map.entry("HardSwish", Elementwise.function(Kind.HARD_SWISH)),
          Map.entry("Mish", Elementwise.function(Kind.MISH)),
          Map.entry("Tanh", Elementwise.function(Kind.TANH)),
          Map.entry("Softplus", Elementwise::softplus),
          Map.entry("Clip", Elementwise::clip),
          // Vectors.
          Map.entry("Gemm", Heads::gemm),
          Map.entry("MatMul", Heads::matMul),
          Map.entry("Softmax", Heads::softmax),
          // The same elements elsewhere.
          Map.entry("Identity", Moves::identity),
          Map.entry("Dropout", Moves::dropout),
          Map.entry("Cast", Moves::cast),
          Map.entry("Reshape", Moves::reshape),
          Map.entry("Flatten", Moves::flatten),
          Map.entry("Squeeze", Moves::squeeze),
          Map.entry("Unsqueeze", Moves::unsqueeze),
          Map.entry("Transpose", Moves::transpose),
          Map.entry("Concat", Pieces::concat),
          Map.entry("Split", Pieces::split),
          Map.entry("Slice", Pieces::slice),
          Map.entry("Gather", Pieces::gather),
          Map.entry("Pad", Pieces::pad),
          Map.entry("Resize", Resizing::resize),
          Map.entry("Upsample", Resizing::resize),
          // Computed while compiling.
          Map.entry("Constant", Arithmetic::constant),
          Map.entry("ConstantOfShape", Arithmetic::constantOfShape),
          Map.entry("Shape", Arithmetic::shape),
          Map.entry("Size", Arithmetic::size),
          Map.entry("Floor", Arithmetic.each(Math::floor)),
          Map.entry("Ceil", Arithmetic.each(Math::ceil)),
          Map.entry("Sqrt", Arithmetic.each(Math::sqrt)),
          Map.entry("Reciprocal", Arithmetic.each(x -> 1 / x)));

  private Operators() {}
}
