package dev.sinter.processor.layer;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** The list of layers. */
public final class LayerTypes {
  private static final List<LayerType> ALL =
      List.of(
          new InputLayer(),
          new ConvLayer(),
          new ConvTransposeLayer(),
          new BatchNormLayer(),
          new LinearLayer(),
          new ActivationLayer(),
          new ClipLayer(),
          new PReluLayer(),
          new PoolLayer("MaxPool", Op.Pool.Kind.MAX),
          new PoolLayer("AvgPool", Op.Pool.Kind.AVERAGE),
          new Plain("GlobalAvgPool", () -> new Op.GlobalPool(Op.Pool.Kind.AVERAGE)),
          new Plain("GlobalMaxPool", () -> new Op.GlobalPool(Op.Pool.Kind.MAX)),
          new OperandsLayer("Add", "adds", new Op.Add(Activation.NONE)),
          new OperandsLayer("Multiply", "multiplies", new Op.Multiply(Activation.NONE)),
          new OperandsLayer("Concat", "joins", new Op.Concat()),
          new SliceLayer(),
          new SplitLayer(),
          new ChannelShuffleLayer(),
          new PadLayer(),
          new UpsampleLayer(),
          new Plain("Flatten", Op.Flatten::new),
          new ReshapeLayer(),
          new Plain("Softmax", Op.Softmax::new),
          new Plain("Dropout", Op.Identity::new),
          new Plain("Identity", Op.Identity::new),
          new NormalizeLayer());

  private static final Map<String, LayerType> BY_ANNOTATION = byAnnotation();

  private LayerTypes() {}

  /** The simple names of all annotations that declare a layer. */
  public static Set<String> annotations() {
    return BY_ANNOTATION.keySet();
  }

  static LayerType of(String annotation) {
    LayerType type = BY_ANNOTATION.get(annotation);
    if (type == null) {
      throw new IllegalArgumentException("@" + annotation + " is no layer");
    }
    return type;
  }

  private static Map<String, LayerType> byAnnotation() {
    Map<String, LayerType> types = new TreeMap<>();
    ALL.forEach(type -> types.put(type.annotation(), type));
    return types;
  }

  /** A layer about which there is nothing more to say. */
  private record Plain(String annotation, Supplier<Op> op) implements LayerType {
    @Override
    public Op build(LayerContext layer) {
      return op.get();
    }
  }
}
