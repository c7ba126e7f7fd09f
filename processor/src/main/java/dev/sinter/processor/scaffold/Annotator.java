package dev.sinter.processor.scaffold;

import dev.sinter.processor.ir.Activation;
import dev.sinter.processor.ir.Op;
import dev.sinter.processor.ir.Shape;
import dev.sinter.processor.ir.Tensor;
import dev.sinter.processor.ir.Window;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The annotation that declares an operator, where there is one: the layers, read backwards. */
final class Annotator implements Op.Visitor<Optional<Declaration>> {
  private static final Window.Pair ONE = new Window.Pair(1, 1);

  private final Shape input;
  private final boolean oneRow;

  private Annotator(Shape input) {
    this.input = input;
    this.oneRow = input.rank() == 2;
  }

  /**
   * The annotation of an operator that applies no activation behind it.
   *
   * @param input the shape of what it reads first; if it reads nothing, its own
   */
  static Optional<Declaration> of(Op op, Shape input) {
    return op.accept(new Annotator(input));
  }

  private static Optional<Declaration> plain(String annotation) {
    return Optional.of(Declaration.of(annotation));
  }

  @Override
  public Optional<Declaration> input(Op.Input op) {
    return Optional.of(Declaration.of("Input", Literals.list(op.shape().extents())));
  }

  @Override
  public Optional<Declaration> conv(Op.Conv op) {
    if (op.padValue() != null || (op.bias() != null && op.bias().size() != op.outputs())) {
      return Optional.empty();
    }
    return Optional.of(
        Declaration.of("Conv", moves(op.window())).with(weighted(kernel(op.weight()), op.bias())));
  }

  @Override
  public Optional<Declaration> convTranspose(Op.ConvTranspose op) {
    Window window = op.window();
    if (!fits(op.extraRows(), window.rows()) || !fits(op.extraColumns(), window.columns())) {
      return Optional.empty();
    }
    List<String> attributes = moves(window);
    if (op.extraRows() + op.extraColumns() > 0) {
      String extra = Literals.pair(op.extraRows(), op.extraColumns(), oneRow);
      attributes.add("outputPadding = " + extra);
    }
    if (op.groups() > 1) {
      attributes.add("groups = " + op.groups());
    }
    return Optional.of(
        Declaration.of("ConvTranspose", attributes).with(weighted(kernel(op.weight()), op.bias())));
  }

  private static boolean fits(int extra, Window.Axis axis) {
    return extra < Math.max(axis.stride(), axis.dilation());
  }

  /** Of a sequence without the axis of the rows. */
  private Tensor kernel(Tensor weight) {
    Shape shape = weight.shape();
    return oneRow
        ? weight.reshaped(Shape.of(shape.extent(0), shape.extent(1), shape.extent(3)))
        : weight;
  }

  private static Map<String, Tensor> weighted(Tensor weight, @Nullable Tensor bias) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    tensors.put("weight", weight);
    if (bias != null) {
      tensors.put("bias", bias);
    }
    return tensors;
  }

  private List<String> moves(Window window) {
    List<String> attributes = new ArrayList<>();
    pair("stride", window.stride(), ONE, attributes);
    padding(window.padding(), attributes);
    pair("dilation", window.dilation(), ONE, attributes);
    return attributes;
  }

  private void pair(String name, Window.Pair pair, Window.Pair otherwise, List<String> attributes) {
    if (!pair.equals(otherwise)) {
      attributes.add(name + " = " + Literals.pair(pair, oneRow));
    }
  }

  private void padding(Window.Padding padding, List<String> attributes) {
    if (!padding.equals(Window.Padding.NONE)) {
      attributes.add("padding = " + Literals.padding(padding, oneRow));
    }
  }

  @Override
  public Optional<Declaration> linear(Op.Linear op) {
    return Optional.of(Declaration.of("Linear").with(weighted(op.weight(), op.bias())));
  }

  @Override
  public Optional<Declaration> batchNorm(Op.BatchNorm op) {
    List<String> eps =
        op.epsilon() == 1e-5 ? List.of() : List.of("eps = " + Literals.exact(op.epsilon()));
    Map<String, Tensor> tensors = weighted(op.gamma(), op.beta());
    tensors.put("running_mean", op.mean());
    tensors.put("running_var", op.variance());
    return Optional.of(Declaration.of("BatchNorm", eps).with(tensors));
  }

  /** With mean 0, variance 1 and nothing added to it, a normalization is its γ and β. */
  @Override
  public Optional<Declaration> affine(Op.Affine op) {
    int channels = op.scale().size();
    Tensor none = Tensor.filled(channels, 0);
    Tensor one = Tensor.filled(channels, 1);
    return batchNorm(new Op.BatchNorm(op.scale(), op.shift(), none, one, 0));
  }

  @Override
  public Optional<Declaration> activate(Op.Activate op) {
    Activation activation = op.activation();
    List<Double> parameters = activation.parameters();
    return switch (activation.kind()) {
      case NONE -> plain("Identity");
      case CLIP -> Optional.of(clip(parameters.get(0), parameters.get(1)));
      case PRELU -> {
        double[] slopes = parameters.stream().mapToDouble(slope -> slope).toArray();
        yield Optional.of(Declaration.of("PRelu").with(Map.of("weight", Tensor.vector(slopes))));
      }
      case LEAKY_RELU -> Optional.of(function(activation, 0.01f));
      default -> Optional.of(function(activation, 1));
    };
  }

  private static Declaration clip(double min, double max) {
    List<String> attributes = new ArrayList<>();
    if (min != Double.NEGATIVE_INFINITY) {
      attributes.add("min = " + Literals.rounded(min));
    }
    if (max != Double.POSITIVE_INFINITY) {
      attributes.add("max = " + Literals.rounded(max));
    }
    return Declaration.of("Clip", attributes);
  }

  private static Declaration function(Activation activation, float otherwise) {
    String name = activation.kind().name();
    List<Double> parameters = activation.parameters();
    Declaration function =
        parameters.isEmpty() || parameters.get(0).floatValue() == otherwise
            ? Declaration.of("Activation", name)
            : Declaration.of(
                "Activation", "value = " + name, "alpha = " + Literals.rounded(parameters.get(0)));
    return function.importing("static dev.sinter.Activation.Function." + name);
  }

  @Override
  public Optional<Declaration> pool(Op.Pool op) {
    Window window = op.window();
    Window.Padding padding = window.padding();
    boolean halved =
        Math.max(padding.top(), padding.bottom()) <= window.kernel().height() / 2
            && Math.max(padding.left(), padding.right()) <= window.kernel().width() / 2;
    if (!window.dilation().equals(ONE) || !halved) {
      return Optional.empty();
    }
    List<String> attributes = new ArrayList<>();
    attributes.add("kernel = " + Literals.pair(window.kernel(), oneRow));
    pair("stride", window.stride(), window.kernel(), attributes);
    padding(padding, attributes);
    if (op.ceil()) {
      attributes.add("ceilMode = true");
    }
    boolean max = op.kind() == Op.Pool.Kind.MAX;
    if (!max && !op.countPadding() && !padding.equals(Window.Padding.NONE)) {
      attributes.add("countIncludePad = false");
    }
    return Optional.of(Declaration.of(max ? "MaxPool" : "AvgPool", attributes));
  }

  @Override
  public Optional<Declaration> globalPool(Op.GlobalPool op) {
    return plain(op.kind() == Op.Pool.Kind.MAX ? "GlobalMaxPool" : "GlobalAvgPool");
  }

  @Override
  public Optional<Declaration> add(Op.Add op) {
    return plain("Add");
  }

  @Override
  public Optional<Declaration> multiply(Op.Multiply op) {
    return plain("Multiply");
  }

  @Override
  public Optional<Declaration> concat(Op.Concat op) {
    return plain("Concat");
  }

  @Override
  public Optional<Declaration> slice(Op.Slice op) {
    int extent = input.extent(op.axis());
    int size = op.end() - op.start();
    boolean part = op.axis() == 0 && op.step() == 1 && size < extent;
    if (part && extent % size == 0 && op.start() % size == 0) {
      List<String> attributes = new ArrayList<>();
      if (extent / size != 2) {
        attributes.add("parts = " + extent / size);
      }
      if (op.start() > 0) {
        attributes.add("index = " + op.start() / size);
      }
      return Optional.of(Declaration.of("Split", attributes));
    }
    List<String> attributes = new ArrayList<>();
    if (op.axis() > 0) {
      attributes.add("axis = " + op.axis());
    }
    if (op.start() > 0) {
      attributes.add("start = " + op.start());
    }
    if (op.end() < extent) {
      attributes.add("end = " + op.end());
    }
    if (op.step() > 1) {
      attributes.add("step = " + op.step());
    }
    return Optional.of(Declaration.of("Slice", attributes));
  }

  @Override
  public Optional<Declaration> channelShuffle(Op.ChannelShuffle op) {
    return Optional.of(Declaration.of("ChannelShuffle", "groups = " + op.groups()));
  }

  @Override
  public Optional<Declaration> pad(Op.Pad op) {
    List<String> attributes = new ArrayList<>();
    padding(op.padding(), attributes);
    if (op.before() + op.after() > 0) {
      attributes.add("channels = {" + op.before() + ", " + op.after() + "}");
    }
    if (op.value() != 0) {
      attributes.add("value = " + Literals.rounded(op.value()));
    }
    return Optional.of(Declaration.of("Pad", attributes));
  }

  @Override
  public Optional<Declaration> upsample(Op.Upsample op) {
    List<String> attributes = new ArrayList<>();
    int height = op.height() / input.height();
    int width = op.width() / input.width();
    boolean whole = height * input.height() == op.height() && width * input.width() == op.width();
    attributes.add(
        whole
            ? "scale = " + Literals.pair(height, width, oneRow)
            : "size = " + Literals.pair(op.height(), op.width(), oneRow));
    if (op.mode() == Op.Upsample.Mode.NEAREST) {
      return op.alignCorners()
          ? Optional.empty()
          : Optional.of(Declaration.of("Upsample", attributes));
    }
    attributes.add("mode = Upsample.Mode.BILINEAR");
    if (op.alignCorners()) {
      attributes.add("alignCorners = true");
    }
    return Optional.of(Declaration.of("Upsample", attributes));
  }

  @Override
  public Optional<Declaration> flatten(Op.Flatten op) {
    return plain("Flatten");
  }

  @Override
  public Optional<Declaration> reshape(Op.Reshape op) {
    return Optional.of(Declaration.of("Reshape", Literals.list(op.shape().extents())));
  }

  @Override
  public Optional<Declaration> softmax(Op.Softmax op) {
    return plain("Softmax");
  }

  @Override
  public Optional<Declaration> identity(Op.Identity op) {
    return plain("Identity");
  }

  // What only models have.

  @Override
  public Optional<Declaration> constant(Op.Constant op) {
    return Optional.empty();
  }

  @Override
  public Optional<Declaration> elementwise(Op.Elementwise op) {
    return Optional.empty();
  }

  @Override
  public Optional<Declaration> binary(Op.Binary op) {
    return Optional.empty();
  }

  @Override
  public Optional<Declaration> reduce(Op.Reduce op) {
    return Optional.empty();
  }

  @Override
  public Optional<Declaration> normalization(Op.Normalization op) {
    return Optional.empty();
  }

  @Override
  public Optional<Declaration> rearrange(Op.Rearrange op) {
    return Optional.empty();
  }

  @Override
  public Optional<Declaration> resample(Op.Resample op) {
    return Optional.empty();
  }
}
