package dev.sinter.processor.emit;

import com.palantir.javapoet.CodeBlock;
import com.palantir.javapoet.MethodSpec;
import com.palantir.javapoet.TypeSpec;
import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Encoding;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import dev.sinter.processor.plan.Algorithm;
import dev.sinter.processor.plan.Region;
import dev.sinter.processor.plan.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** Writes one step of a plan as a class that holds its geometry and its constants. */
final class LayerEmitter implements Op.Visitor<CodeBlock> {
  /** Each takes at most 20 bytes of code, and HotSpot compiles no method of more than 8,000. */
  private static final int MOST_INPUTS = 300;

  /** The floats ahead of the first value, {@code dev.sinter.kernel.Memory.FIRST}. */
  static final int FIRST = 12;

  private final Step step;
  private final Baking baking;
  private final List<MethodSpec> constants = new ArrayList<>();
  private final CodeBlock.Builder body = CodeBlock.builder();

  private LayerEmitter(Step step, Baking baking) {
    this.step = step;
    this.baking = baking;
  }

  /** Adds to {@code type} what makes the step's kernel. */
  static void emit(Step step, Baking baking, TypeSpec.Builder type) {
    LayerEmitter emitter = new LayerEmitter(step, baking);
    List<Region> inputs = step.inputs();
    if (inputs.size() == 1 || step.adds()) {
      emitter.slot("input", inputs.get(0));
    } else if (!inputs.isEmpty()) {
      emitter.slots(inputs);
    }
    emitter.slot("output", step.output());
    CodeBlock kernel = step.op().accept(emitter);
    MethodSpec.Builder method =
        MethodSpec.methodBuilder("kernel")
            .addJavadoc("Makes the kernel of this layer.\n")
            .addModifiers(Modifier.STATIC)
            .returns(RuntimeTypes.KERNEL_TYPE)
            .addParameter(RuntimeTypes.BACKEND, "backend");
    baking.parameters(method);
    method.addCode(emitter.body.build()).addStatement("return backend.$L", kernel);
    type.addMethod(method.build()).addMethods(emitter.constants);
  }

  private void slot(String name, Region region) {
    body.addStatement("$T $N = $L", RuntimeTypes.SLOT, name, slot(region));
  }

  private void slots(List<Region> regions) {
    if (regions.size() > MOST_INPUTS) {
      throw new TooLargeToBake(
          "has a layer that reads "
              + regions.size()
              + " values; one may read "
              + MOST_INPUTS
              + ", so let several layers share the work");
    }
    List<CodeBlock> all = regions.stream().map(LayerEmitter::slot).toList();
    body.add("$T[] inputs = {$>$>\n$L$<$<\n};\n", RuntimeTypes.SLOT, CodeBlock.join(all, ",\n"));
  }

  /** Where a value lives, as an expression. */
  static CodeBlock slot(Region region) {
    Shape shape = region.shape();
    CodeBlock slot =
        CodeBlock.of(
            "$T.of($L, $L, $L, $L)",
            RuntimeTypes.SLOT,
            FIRST + region.offset(),
            shape.channels(),
            shape.height(),
            shape.width());
    return region.pixelStride() == shape.channels()
        ? slot
        : CodeBlock.of("$L.pixelStride($L)", slot, region.pixelStride());
  }

  private void window(Window window) {
    CodeBlock.Builder expression = CodeBlock.builder();
    expression.add(
        "$T.of($L, $L)", RuntimeTypes.WINDOW, window.kernel().height(), window.kernel().width());
    pair(expression, "stride", window.stride());
    pair(expression, "dilation", window.dilation());
    Window.Padding padding = window.padding();
    if (!padding.equals(Window.Padding.NONE)) {
      expression.add(
          ".padding($L, $L, $L, $L)",
          padding.top(),
          padding.left(),
          padding.bottom(),
          padding.right());
    }
    body.addStatement("$T window = $L", RuntimeTypes.WINDOW, expression.build());
  }

  private static void pair(CodeBlock.Builder expression, String name, Window.Pair pair) {
    if (pair.height() != 1 || pair.width() != 1) {
      expression.add(".$L($L, $L)", name, pair.height(), pair.width());
    }
  }

  private void floats(String name, Tensor tensor) {
    if (tensor.encoding() instanceof Encoding.Scaled scaled) {
      scaled(name, tensor, scaled);
    } else {
      body.addStatement("float[] $N = $L", name, baking.array(constants, name, Numbers.of(tensor)));
    }
  }

  /** In groups a channel's weights are no row: only those of transposed convolutions are so. */
  private void scaled(String name, Tensor tensor, Encoding.Scaled scaled) {
    floats("scales", scaled.scales());
    CodeBlock codes = baking.array(constants, name, Numbers.of(tensor));
    Encoding.Channels channels = scaled.channels();
    CodeBlock layout =
        channels.inputs() == 1
            ? CodeBlock.of("")
            : CodeBlock.of(", $L, $L", channels.groups(), channels.run());
    body.addStatement(
        "float[] $N = $T.scaled($L, scales$L)", name, RuntimeTypes.CONSTANTS, codes, layout);
  }

  private void activation(Activation activation) {
    List<Double> parameters = activation.parameters();
    List<CodeBlock> arguments = new ArrayList<>();
    if (activation.kind() == Activation.Kind.PRELU) {
      floats("slopes", Tensor.computed(Shape.of(parameters.size()), parameters::get));
      arguments.add(CodeBlock.of("slopes"));
    } else {
      parameters.forEach(parameter -> arguments.add(Literals.number(parameter)));
    }
    body.addStatement(
        "$T activation = $T.$L($L)",
        RuntimeTypes.ACTIVATION,
        RuntimeTypes.ACTIVATION,
        factory(activation.kind()),
        CodeBlock.join(arguments, ", "));
  }

  /** The runtime's factory method: {@code HARD_SWISH} is made by {@code hardSwish}. */
  private static String factory(Activation.Kind kind) {
    if (kind == Activation.Kind.NONE) {
      return "identity";
    }
    String[] words = kind.name().toLowerCase(Locale.ROOT).split("_", -1);
    StringBuilder name = new StringBuilder(words[0]);
    for (int i = 1; i < words.length; i++) {
      name.append(Character.toUpperCase(words[i].charAt(0))).append(words[i].substring(1));
    }
    return name.toString();
  }

  private static Tensor biasOrZeros(@Nullable Tensor bias, int length) {
    return bias == null ? Tensor.filled(length, 0) : bias;
  }

  @Override
  public CodeBlock conv(Op.Conv op) {
    window(op.window());
    body.addStatement("int groups = $L", op.groups());
    floats("weights", Subnormals.flushed(op.weight()));
    CodeBlock.Builder setters = CodeBlock.builder();
    if (op.bias() != null) {
      floats("bias", op.bias());
      setters.add("\n.bias(bias)");
    }
    if (op.padValue() != null) {
      floats("padValues", op.padValue());
      setters.add("\n.padValues(padValues)");
    }
    if (step.adds()) {
      slot("addend", step.inputs().get(1));
      setters.add("\n.add(addend)");
    }
    if (!op.activation().isNone()) {
      activation(op.activation());
      setters.add("\n.activation(activation)");
    }
    if (step.algorithm() != Algorithm.DIRECT) {
      setters.add("\n.algorithm($T.Algorithm.$L)", RuntimeTypes.CONVOLUTION, step.algorithm());
    }
    return CodeBlock.of(
        "convolution(\n$>$>new $T(input, output, window, groups, weights)$>$>$L$<$<)$<$<",
        RuntimeTypes.CONVOLUTION,
        setters.build());
  }

  @Override
  public CodeBlock convTranspose(Op.ConvTranspose op) {
    window(op.window());
    body.addStatement("int groups = $L", op.groups());
    floats("weights", op.weight());
    floats("bias", biasOrZeros(op.bias(), op.outputs()));
    activation(op.activation());
    return CodeBlock.of(
        "transposedConvolution(input, output, window, groups, weights, bias, activation)");
  }

  @Override
  public CodeBlock linear(Op.Linear op) {
    floats("weights", Subnormals.flushed(op.weight()));
    floats("bias", biasOrZeros(op.bias(), op.outputs()));
    activation(op.activation());
    return CodeBlock.of("linear(input, output, weights, bias, activation)");
  }

  @Override
  public CodeBlock affine(Op.Affine op) {
    floats("scale", op.scale());
    floats("shift", op.shift());
    activation(op.activation());
    return CodeBlock.of("affine(input, output, scale, shift, activation)");
  }

  @Override
  public CodeBlock activate(Op.Activate op) {
    activation(op.activation());
    return CodeBlock.of("activation(input, output, activation)");
  }

  @Override
  public CodeBlock pool(Op.Pool op) {
    window(op.window());
    return op.kind() == Op.Pool.Kind.MAX
        ? CodeBlock.of("maxPool(input, output, window)")
        : averagePool(op);
  }

  private CodeBlock averagePool(Op.Pool op) {
    body.addStatement("boolean countPadding = $L", op.countPadding());
    return CodeBlock.of("averagePool(input, output, window, countPadding)");
  }

  @Override
  public CodeBlock add(Op.Add op) {
    activation(op.activation());
    return CodeBlock.of("add(inputs, output, activation)");
  }

  @Override
  public CodeBlock multiply(Op.Multiply op) {
    activation(op.activation());
    return CodeBlock.of("multiply(inputs, output, activation)");
  }

  @Override
  public CodeBlock concat(Op.Concat op) {
    return CodeBlock.of("concat(inputs, output)");
  }

  /** Of a slot, a sequence's positions are the columns: the last axis. */
  @Override
  public CodeBlock slice(Op.Slice op) {
    int rank = step.output().shape().rank();
    body.addStatement("int axis = $L", op.axis() == 0 ? 0 : op.axis() + 3 - rank);
    body.addStatement("int start = $L", op.start());
    body.addStatement("int step = $L", op.step());
    return CodeBlock.of("slice(input, output, axis, start, step)");
  }

  @Override
  public CodeBlock channelShuffle(Op.ChannelShuffle op) {
    body.addStatement("int groups = $L", op.groups());
    return CodeBlock.of("channelShuffle(input, output, groups)");
  }

  @Override
  public CodeBlock pad(Op.Pad op) {
    body.addStatement("int before = $L", op.before());
    body.addStatement("int top = $L", op.padding().top());
    body.addStatement("int left = $L", op.padding().left());
    body.addStatement("float value = $L", Literals.number(op.value()));
    return CodeBlock.of("pad(input, output, before, top, left, value)");
  }

  @Override
  public CodeBlock upsample(Op.Upsample op) {
    if (op.mode() == Op.Upsample.Mode.NEAREST) {
      return CodeBlock.of("upsampleNearest(input, output)");
    }
    body.addStatement("boolean alignCorners = $L", op.alignCorners());
    return CodeBlock.of("upsampleBilinear(input, output, alignCorners)");
  }

  @Override
  public CodeBlock softmax(Op.Softmax op) {
    return CodeBlock.of("softmax(input, output)");
  }

  @Override
  public CodeBlock input(Op.Input op) {
    throw noStep();
  }

  @Override
  public CodeBlock batchNorm(Op.BatchNorm op) {
    throw noStep();
  }

  @Override
  public CodeBlock globalPool(Op.GlobalPool op) {
    throw noStep();
  }

  @Override
  public CodeBlock flatten(Op.Flatten op) {
    return CodeBlock.of("reshape(input, output)");
  }

  @Override
  public CodeBlock reshape(Op.Reshape op) {
    return CodeBlock.of("reshape(input, output)");
  }

  @Override
  public CodeBlock constant(Op.Constant op) {
    floats("values", op.values());
    return CodeBlock.of("constant(output, values)");
  }

  @Override
  public CodeBlock elementwise(Op.Elementwise op) {
    body.addStatement("float parameter = $L", Literals.number(op.parameter()));
    return CodeBlock.of(
        "function(input, output, $T.$L, parameter)", RuntimeTypes.FUNCTION, op.function());
  }

  @Override
  public CodeBlock binary(Op.Binary op) {
    activation(op.activation());
    return CodeBlock.of(
        "binary(inputs, output, $T.$L, activation)", RuntimeTypes.OPERATION, op.operation());
  }

  @Override
  public CodeBlock reduce(Op.Reduce op) {
    return CodeBlock.of("reduce(input, output, $T.$L)", RuntimeTypes.REDUCTION, op.kind());
  }

  @Override
  public CodeBlock normalization(Op.Normalization op) {
    body.addStatement("int groups = $L", op.groups());
    body.addStatement("boolean overMap = $L", op.overMap());
    body.addStatement("float epsilon = $L", Literals.number(op.epsilon()));
    floats("scale", op.scale());
    floats("shift", op.shift());
    activation(op.activation());
    return CodeBlock.of(
        "normalization(input, output, groups, overMap, epsilon, scale, shift, activation)");
  }

  @Override
  public CodeBlock rearrange(Op.Rearrange op) {
    floats("channels", places(op.channels()));
    floats("rows", places(op.rows()));
    floats("columns", places(op.columns()));
    return CodeBlock.of("rearrange(input, output, channels, rows, columns)");
  }

  /** A channel and a position for each index. */
  private static Tensor places(List<Op.Rearrange.Place> places) {
    return Tensor.computed(
        Shape.of(2 * places.size()),
        i -> i % 2 == 0 ? places.get(i / 2).channel() : places.get(i / 2).position());
  }

  @Override
  public CodeBlock resample(Op.Resample op) {
    floats("rows", taps(op.rows()));
    floats("columns", taps(op.columns()));
    return CodeBlock.of("resample(input, output, rows, columns)");
  }

  /** For each output the first index and the weights from there on. */
  private static Tensor taps(Op.Resample.Taps taps) {
    int row = taps.count() + 1;
    return Tensor.computed(
        Shape.of(row * taps.first().size()),
        i ->
            i % row == 0
                ? taps.first().get(i / row)
                : taps.weights().get(i / row * taps.count() + i % row - 1));
  }

  @Override
  public CodeBlock identity(Op.Identity op) {
    throw noStep();
  }

  private IllegalStateException noStep() {
    return new IllegalStateException("the plan has no kernel for " + step.op());
  }
}
