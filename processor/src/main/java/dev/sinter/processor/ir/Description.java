package dev.sinter.processor.ir;

import java.util.Locale;

/** An operator in words: {@code "3 × 3 convolution, stride 2 × 2"}. */
public final class Description implements Op.Visitor<String> {
  private Description() {}

  public static String of(Op op) {
    String words = op.accept(new Description());
    return op instanceof Op.Activatable with && !with.activation().isNone()
        ? words + ", then " + name(with.activation())
        : words;
  }

  private static String name(Activation activation) {
    String name = activation.kind().name();
    return activation.kind() == Activation.Kind.PRELU || activation.parameters().isEmpty()
        ? name
        : name + " " + activation.parameters();
  }

  private static String window(Window window, String what) {
    StringBuilder words = new StringBuilder(pair(window.kernel())).append(" ").append(what);
    Window.Pair one = new Window.Pair(1, 1);
    if (!window.stride().equals(one)) {
      words.append(", stride ").append(pair(window.stride()));
    }
    if (!window.dilation().equals(one)) {
      words.append(", dilation ").append(pair(window.dilation()));
    }
    Window.Padding p = window.padding();
    if (!p.equals(Window.Padding.NONE)) {
      words.append(
          p.top() == p.left() && p.left() == p.bottom() && p.bottom() == p.right()
              ? ", padding " + p.top()
              : String.format(
                  Locale.ROOT, ", padding %d %d %d %d", p.top(), p.left(), p.bottom(), p.right()));
    }
    return words.toString();
  }

  private static String pair(Window.Pair pair) {
    return pair.height() + " × " + pair.width();
  }

  @Override
  public String conv(Op.Conv op) {
    boolean depthwise = op.groups() > 1 && op.weight().shape().extent(1) == 1;
    String groups = op.groups() == 1 || depthwise ? "" : ", " + op.groups() + " groups";
    String padding = op.padValue() == null ? "" : ", padded with a value for each channel";
    boolean border = op.bias() != null && op.bias().size() > op.outputs();
    return window(op.window(), depthwise ? "depthwise convolution" : "convolution")
        + padding
        + groups
        + (border ? ", another bias at the border" : "");
  }

  @Override
  public String convTranspose(Op.ConvTranspose op) {
    String groups = op.groups() == 1 ? "" : ", " + op.groups() + " groups";
    String extra =
        op.extraRows() + op.extraColumns() == 0
            ? ""
            : ", output padding " + op.extraRows() + " × " + op.extraColumns();
    return window(op.window(), "transposed convolution") + extra + groups;
  }

  @Override
  public String linear(Op.Linear op) {
    return "linear layer";
  }

  @Override
  public String batchNorm(Op.BatchNorm op) {
    return "batch normalization";
  }

  @Override
  public String affine(Op.Affine op) {
    return "scale and shift of each channel";
  }

  @Override
  public String activate(Op.Activate op) {
    return name(op.activation());
  }

  @Override
  public String pool(Op.Pool op) {
    return window(op.window(), op.kind() == Op.Pool.Kind.MAX ? "max-pool" : "average pool");
  }

  @Override
  public String globalPool(Op.GlobalPool op) {
    return op.kind() == Op.Pool.Kind.MAX ? "global max-pool" : "global average pool";
  }

  @Override
  public String add(Op.Add op) {
    return "sum";
  }

  @Override
  public String multiply(Op.Multiply op) {
    return "product";
  }

  @Override
  public String concat(Op.Concat op) {
    return "concatenation of the channels";
  }

  @Override
  public String slice(Op.Slice op) {
    String step = op.step() == 1 ? "" : ":" + op.step();
    return "slice " + op.start() + ":" + op.end() + step + " of axis " + op.axis();
  }

  @Override
  public String channelShuffle(Op.ChannelShuffle op) {
    return "channel shuffle of " + op.groups() + " groups";
  }

  @Override
  public String pad(Op.Pad op) {
    Window.Padding p = op.padding();
    String map =
        String.format(Locale.ROOT, "padding %d %d %d %d", p.top(), p.left(), p.bottom(), p.right());
    String channels =
        op.before() + op.after() == 0
            ? ""
            : " and " + op.before() + " + " + op.after() + " channels";
    return map + channels + " of " + op.value();
  }

  @Override
  public String upsample(Op.Upsample op) {
    String words = op.mode() == Op.Upsample.Mode.NEAREST ? "nearest" : "bilinear";
    return words + " resampling" + (op.alignCorners() ? ", corners aligned" : "");
  }

  @Override
  public String softmax(Op.Softmax op) {
    return "softmax";
  }

  @Override
  public String input(Op.Input op) {
    return "input";
  }

  @Override
  public String flatten(Op.Flatten op) {
    return "flatten";
  }

  @Override
  public String reshape(Op.Reshape op) {
    return "reshape to " + op.shape();
  }

  @Override
  public String constant(Op.Constant op) {
    return "constant";
  }

  @Override
  public String elementwise(Op.Elementwise op) {
    return op.function() == Op.Elementwise.Function.POWER
            || op.function() == Op.Elementwise.Function.THRESHOLD
        ? op.function() + " " + op.parameter()
        : op.function().name();
  }

  @Override
  public String binary(Op.Binary op) {
    return op.operation() + " of two values";
  }

  @Override
  public String reduce(Op.Reduce op) {
    return op.kind() + " of the channels";
  }

  @Override
  public String normalization(Op.Normalization op) {
    String groups = op.groups() == 1 ? "all channels" : op.groups() + " groups of channels";
    return "normalization of " + groups + (op.overMap() ? "" : " at each place");
  }

  @Override
  public String rearrange(Op.Rearrange op) {
    return "rearrangement to " + op.shape();
  }

  @Override
  public String resample(Op.Resample op) {
    return op.rows().count() + " × " + op.columns().count() + " resampling";
  }

  @Override
  public String identity(Op.Identity op) {
    return "identity";
  }
}
