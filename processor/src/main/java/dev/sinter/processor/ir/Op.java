package dev.sinter.processor.ir;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * An operator of a network with its constants. Each infers the shape it gives and says what is
 * wrong with what it is given, as a predicate whose subject is the layer ("has …", "needs …").
 */
public sealed interface Op {

  /**
   * The shape of the result.
   *
   * @throws IllegalArgumentException if the inputs do not fit, with the reason
   */
  Shape infer(List<Shape> inputs);

  <R> R accept(Visitor<R> visitor);

  /** The same operator with each constant replaced. */
  default Op mapTensors(UnaryOperator<Tensor> map) {
    return this;
  }

  /** The number of constants. */
  default long parameters() {
    return 0;
  }

  /** The bytes of the constants, as they are kept. */
  default long bytes() {
    long[] saved = {0};
    mapTensors(
        tensor -> {
          saved[0] += (long) tensor.size() * Float.BYTES - tensor.bytes();
          return tensor;
        });
    return parameters() * Float.BYTES - saved[0];
  }

  /** Multiplications with a constant, given the result's shape. */
  default long macs(Shape output) {
    return 0;
  }

  /** This operator with its constants as they are baked. */
  default Op rounded() {
    return mapTensors(Tensor::rounded);
  }

  /** An operator that can apply an activation function to its result as it writes it. */
  sealed interface Activatable extends Op {
    Activation activation();

    Op with(Activation activation);
  }

  /** An operator that multiplies with weights: what a network's constants mostly are. */
  sealed interface Weighted extends Activatable {
    Tensor weight();

    Weighted withWeight(Tensor weight);

    int outputs();

    /** The output channel of each weight. */
    default Encoding.Channels channels() {
      return new Encoding.Channels(outputs(), 1, 1, weight().size() / outputs());
    }
  }

  /** y = scale·x + shift for each channel, before any activation. */
  sealed interface ChannelAffine extends Op {
    Tensor scale();

    Tensor shift();

    /** What follows the affine map. */
    default Activation then() {
      return Activation.NONE;
    }

    /** The affine map alone, without what follows it. */
    default Affine asAffine() {
      return new Affine(scale(), shift(), Activation.NONE);
    }

    @Override
    default long macs(Shape output) {
      return output.size();
    }
  }

  /** A value that is given to the network. */
  record Input(Shape shape) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      require(inputs.isEmpty(), "reads nothing");
      return shape;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.input(this);
    }
  }

  /**
   * A convolution. One-dimensional ones have one row.
   *
   * @param weight [O, I/groups, kh, kw]
   * @param bias [O]; or [O, R, S], one for each class of rows and of columns of the result, as
   *     {@link #rows} and {@link #columns} number them; or none
   * @param padValue [I], what taps outside the map read; none is zeros
   */
  record Conv(
      Window window,
      int groups,
      Tensor weight,
      @Nullable Tensor bias,
      @Nullable Tensor padValue,
      Activation activation)
      implements Weighted {

    /** A convolution whose padding is zeros. */
    public Conv(
        Window window, int groups, Tensor weight, @Nullable Tensor bias, Activation activation) {
      this(window, groups, weight, bias, null, activation);
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      Shape kernel = weight.shape();
      require(
          kernel.rank() == 4
              && kernel.extent(2) == window.kernel().height()
              && kernel.extent(3) == window.kernel().width(),
          "has a weight " + kernel + " that is not the window's");
      require(
          input.channels() == kernel.extent(1) * groups && kernel.extent(0) % groups == 0,
          "has a weight " + kernel + " for " + groups + " groups; the input is " + input);
      require(
          bias == null
              || vector(bias, outputs())
              || bias.shape()
                  .equals(Shape.of(outputs(), rows(input).size(), columns(input).size())),
          "has a bias of another length");
      require(
          padValue == null || vector(padValue, input.channels()),
          "has pad values for another number of channels");
      return window.over(input, kernel.extent(0), false);
    }

    @Override
    public int outputs() {
      return weight.shape().extent(0);
    }

    /** The taps that make one output. */
    public int taps() {
      return weight.size() / outputs();
    }

    /** The classes of the result's rows: which taps lie inside the map. */
    public List<Window.Taps> rows(Shape input) {
      Window.Axis axis = window.rows();
      return axis.classes(axis.outputs(input.height(), false), input.height());
    }

    /** The classes of the result's columns. */
    public List<Window.Taps> columns(Shape input) {
      Window.Axis axis = window.columns();
      return axis.classes(axis.outputs(input.width(), false), input.width());
    }

    @Override
    public Conv withWeight(Tensor next) {
      return new Conv(window, groups, next, bias, padValue, activation);
    }

    @Override
    public Conv with(Activation next) {
      return new Conv(window, groups, weight, bias, padValue, next);
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new Conv(
          window,
          groups,
          map.apply(weight),
          bias == null ? null : map.apply(bias),
          padValue == null ? null : map.apply(padValue),
          activation);
    }

    @Override
    public Op rounded() {
      return ((Conv) mapTensors(Tensor::rounded)).with(activation.rounded());
    }

    @Override
    public long parameters() {
      return (long) weight.size()
          + (bias == null ? 0 : bias.size())
          + (padValue == null ? 0 : padValue.size());
    }

    @Override
    public long macs(Shape output) {
      return output.size() * taps();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.conv(this);
    }
  }

  /**
   * A transposed convolution: what each element of the input adds to the output is the kernel times
   * that element. One-dimensional ones have one row.
   *
   * @param window moves over the output: its padding is what is cut off there
   * @param extraRows rows more at the bottom than the windows need
   * @param extraColumns columns more at the right
   * @param weight [I, O/groups, kh, kw]
   * @param bias [O] or none
   */
  record ConvTranspose(
      Window window,
      int extraRows,
      int extraColumns,
      int groups,
      Tensor weight,
      @Nullable Tensor bias,
      Activation activation)
      implements Weighted {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = map(only(inputs));
      Shape kernel = weight.shape();
      require(
          kernel.rank() == 4
              && kernel.extent(2) == window.kernel().height()
              && kernel.extent(3) == window.kernel().width(),
          "has a weight " + kernel + " that is not the window's");
      require(
          input.channels() == kernel.extent(0) && input.channels() % groups == 0,
          "has a weight " + kernel + " for " + groups + " groups; the input is " + input);
      require(bias == null || vector(bias, outputs()), "has a bias of another length");
      require(
          input.rank() == 3 || (window.kernel().height() == 1 && extraRows == 0),
          "is 2-D; the input is the sequence " + input + ", which has no rows");
      long height = extent(window.rows(), input.height(), extraRows);
      long width = extent(window.columns(), input.width(), extraColumns);
      require(
          height > 0 && width > 0,
          "has padding that leaves " + height + " × " + width + " of the output for " + input);
      return input.withMap(outputs(), exact(height), exact(width));
    }

    private static long extent(Window.Axis axis, int input, int extra) {
      return (input - 1L) * axis.stride() + axis.reach() - axis.before() - axis.after() + extra;
    }

    @Override
    public int outputs() {
      return weight.shape().extent(1) * groups;
    }

    /** The most taps that make one output. */
    public int taps() {
      return weight.size() / groups / weight.shape().extent(1);
    }

    @Override
    public ConvTranspose withWeight(Tensor next) {
      return new ConvTranspose(window, extraRows, extraColumns, groups, next, bias, activation);
    }

    @Override
    public Encoding.Channels channels() {
      int kernel = weight.shape().extent(2) * weight.shape().extent(3);
      return new Encoding.Channels(outputs(), groups, weight.shape().extent(0) / groups, kernel);
    }

    @Override
    public ConvTranspose with(Activation next) {
      return new ConvTranspose(window, extraRows, extraColumns, groups, weight, bias, next);
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new ConvTranspose(
          window,
          extraRows,
          extraColumns,
          groups,
          map.apply(weight),
          bias == null ? null : map.apply(bias),
          activation);
    }

    @Override
    public Op rounded() {
      return ((ConvTranspose) mapTensors(Tensor::rounded)).with(activation.rounded());
    }

    @Override
    public long parameters() {
      return (long) weight.size() + (bias == null ? 0 : bias.size());
    }

    /** Each weight once for each position of the input. */
    @Override
    public long macs(Shape output) {
      return weight.size()
          * positions(window.rows(), output.height(), extraRows)
          * positions(window.columns(), output.width(), extraColumns);
    }

    private static long positions(Window.Axis axis, int output, int extra) {
      return (output - extra + axis.before() + axis.after() - axis.reach()) / axis.stride() + 1L;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.convTranspose(this);
    }
  }

  /**
   * A fully connected layer on a vector.
   *
   * @param weight [O, I]
   * @param bias [O] or none
   */
  record Linear(Tensor weight, @Nullable Tensor bias, Activation activation) implements Weighted {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(input.rank() == 1, "needs a vector [C]; the input is " + input);
      require(
          weight.shape().rank() == 2 && weight.shape().extent(1) == input.channels(),
          "has a weight " + weight.shape() + "; the input is " + input);
      require(bias == null || vector(bias, outputs()), "has a bias of another length");
      return Shape.of(outputs());
    }

    @Override
    public int outputs() {
      return weight.shape().extent(0);
    }

    @Override
    public Linear withWeight(Tensor next) {
      return new Linear(next, bias, activation);
    }

    @Override
    public Linear with(Activation next) {
      return new Linear(weight, bias, next);
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new Linear(map.apply(weight), bias == null ? null : map.apply(bias), activation);
    }

    @Override
    public Op rounded() {
      return ((Linear) mapTensors(Tensor::rounded)).with(activation.rounded());
    }

    @Override
    public long parameters() {
      return (long) weight.size() + (bias == null ? 0 : bias.size());
    }

    @Override
    public long macs(Shape output) {
      return weight.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.linear(this);
    }
  }

  /**
   * A batch normalization with running statistics, y = γ·(x − μ)/√(σ² + ε) + β.
   *
   * @param gamma γ, [C]
   * @param beta β, [C]
   * @param mean μ, [C]
   * @param variance σ², [C]
   * @param epsilon ε
   */
  record BatchNorm(Tensor gamma, Tensor beta, Tensor mean, Tensor variance, double epsilon)
      implements ChannelAffine {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      for (Tensor tensor : List.of(gamma, beta, mean, variance)) {
        require(
            vector(tensor, input.channels()),
            "has " + tensor.size() + " channels; the input is " + input);
      }
      return input;
    }

    /** s = γ/√(σ² + ε). */
    @Override
    public Tensor scale() {
      return Tensor.computed(
          gamma.shape(), c -> gamma.get(c) / Math.sqrt(variance.get(c) + epsilon));
    }

    /** t = β − μ·s. */
    @Override
    public Tensor shift() {
      Tensor scale = scale();
      return Tensor.computed(beta.shape(), c -> beta.get(c) - mean.get(c) * scale.get(c));
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new BatchNorm(
          map.apply(gamma), map.apply(beta), map.apply(mean), map.apply(variance), epsilon);
    }

    /** It is baked as an affine map. */
    @Override
    public Op rounded() {
      return asAffine().rounded();
    }

    @Override
    public long parameters() {
      return 4L * gamma.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.batchNorm(this);
    }
  }

  /**
   * y = scale·x + shift for each channel: what is left of a batch normalization that stands alone,
   * and every sum, difference, product or quotient of a value with a constant per channel. A
   * constant divided by a value is none of these, so it cannot be taken for one.
   *
   * @param scale [C]
   * @param shift [C]
   */
  record Affine(Tensor scale, Tensor shift, Activation activation)
      implements Activatable, ChannelAffine {

    /** x + c, and c + x. */
    public static Affine plus(Tensor constant) {
      return new Affine(Tensor.filled(constant.size(), 1), constant, Activation.NONE);
    }

    /** x − c. */
    public static Affine minus(Tensor constant) {
      return plus(negated(constant));
    }

    /** c − x. */
    public static Affine subtractedFrom(Tensor constant) {
      return new Affine(Tensor.filled(constant.size(), -1), constant, Activation.NONE);
    }

    /** x·c, and c·x. */
    public static Affine times(Tensor constant) {
      return new Affine(constant, Tensor.filled(constant.size(), 0), Activation.NONE);
    }

    /** x/c. */
    public static Affine over(Tensor constant) {
      return times(Tensor.computed(constant.shape(), c -> 1 / constant.get(c)));
    }

    private static Tensor negated(Tensor constant) {
      return Tensor.computed(constant.shape(), c -> -constant.get(c));
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          vector(scale, input.channels()) && vector(shift, input.channels()),
          "has " + scale.size() + " channels; the input is " + input);
      return input;
    }

    @Override
    public Activation then() {
      return activation;
    }

    @Override
    public Affine with(Activation next) {
      return new Affine(scale, shift, next);
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new Affine(map.apply(scale), map.apply(shift), activation);
    }

    @Override
    public Op rounded() {
      return ((Affine) mapTensors(Tensor::rounded)).with(activation.rounded());
    }

    @Override
    public long parameters() {
      return 2L * scale.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.affine(this);
    }
  }

  /** An activation function alone. */
  record Activate(Activation activation) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      int slopes = activation.parameters().size();
      require(
          activation.kind() != Activation.Kind.PRELU || slopes == 1 || slopes == input.channels(),
          "has " + slopes + " slopes; the input is " + input);
      return input;
    }

    @Override
    public Op rounded() {
      return new Activate(activation.rounded());
    }

    @Override
    public long parameters() {
      return activation.kind() == Activation.Kind.PRELU ? activation.parameters().size() : 0;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.activate(this);
    }
  }

  /**
   * The largest or the mean element of each window of each channel.
   *
   * @param ceil whether a last, partial window counts
   * @param countPadding whether padding counts in a mean's divisor
   */
  record Pool(Pool.Kind kind, Window window, boolean ceil, boolean countPadding) implements Op {
    /** What is taken of a window. */
    public enum Kind {
      MAX,
      AVERAGE
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          meetsMap(window.rows(), input.height()) && meetsMap(window.columns(), input.width()),
          "has padding of more than half its kernel, or dilation of more than the map, so that a"
              + " window could lie outside the map");
      return window.over(input, input.channels(), ceil);
    }

    /** Whether each place of a window has a tap inside the map. */
    private static boolean meetsMap(Window.Axis axis, int extent) {
      int padding = Math.max(axis.before(), axis.after());
      return padding == 0 || (padding <= axis.reach() / 2 && axis.dilation() <= extent);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.pool(this);
    }
  }

  /** The largest or the mean element of each channel: [C, H, W] to [C, 1, 1]. */
  record GlobalPool(Pool.Kind kind) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = map(only(inputs));
      return input.withMap(input.channels(), 1, 1);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.globalPool(this);
    }
  }

  /** The sum of two or more values of one shape. */
  record Add(Activation activation) implements Activatable {
    @Override
    public Shape infer(List<Shape> inputs) {
      require(inputs.size() > 1, "needs two values or more");
      for (Shape input : inputs) {
        require(input.equals(inputs.get(0)), "adds values of different shapes");
      }
      return inputs.get(0);
    }

    @Override
    public Add with(Activation next) {
      return new Add(next);
    }

    @Override
    public Op rounded() {
      return new Add(activation.rounded());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.add(this);
    }
  }

  /**
   * The product of two or more values of one shape, of which any may be [C, 1, 1], or [C, 1], to
   * stand for a whole map.
   */
  record Multiply(Activation activation) implements Activatable {
    @Override
    public Shape infer(List<Shape> inputs) {
      require(inputs.size() > 1, "needs two values or more");
      Shape product = inputs.stream().filter(Multiply::hasMap).findFirst().orElse(inputs.get(0));
      Shape factors = product.withMap(product.channels(), 1, 1);
      for (Shape input : inputs) {
        require(
            input.equals(product) || input.equals(factors),
            String.format(
                Locale.ROOT,
                "multiplies %s with %s; %s",
                product,
                input,
                expected(input, product, factors)));
      }
      return product;
    }

    private static boolean hasMap(Shape shape) {
      return shape.plane() > 1;
    }

    private static String expected(Shape input, Shape product, Shape factors) {
      if (product.equals(factors)) {
        return "the shapes must be equal";
      }
      String words = "it must be of the same shape, or " + factors;
      return input.size() == factors.size()
          ? words + ": put @Reshape({" + factors.toString().replaceAll("[\\[\\]]", "") + "}) before"
          : words;
    }

    @Override
    public Multiply with(Activation next) {
      return new Multiply(next);
    }

    @Override
    public Op rounded() {
      return new Multiply(activation.rounded());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.multiply(this);
    }
  }

  /** Values with equal maps behind each other, by channel. */
  record Concat() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      require(inputs.size() > 1, "needs two values or more");
      Shape first = inputs.get(0);
      long channels = 0;
      for (Shape input : inputs) {
        require(
            input.equals(first.withMap(input.channels(), first.height(), first.width())),
            "joins values whose maps differ");
        channels += input.channels();
      }
      return first.withMap(exact(channels), first.height(), first.width());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.concat(this);
    }
  }

  /**
   * Every {@code step}-th index of one axis, from {@code start} on and below {@code end}.
   *
   * @param axis of the shape: 0 is the channels
   */
  record Slice(int axis, int start, int end, int step) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          axis >= 0 && axis < input.rank(), "slices axis " + axis + ", which " + input + " lacks");
      require(
          0 <= start && start < end && end <= input.extent(axis) && step > 0,
          String.format(
              Locale.ROOT, "takes %d:%d:%d of axis %d of %s", start, end, step, axis, input));
      List<Integer> extents = new ArrayList<>(input.extents());
      extents.set(axis, (end - start - 1) / step + 1);
      return new Shape(extents);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.slice(this);
    }
  }

  /** The channels, read as a matrix [groups, C/groups], transposed. */
  record ChannelShuffle(int groups) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          groups > 0 && input.channels() % groups == 0,
          "has " + groups + " groups, which do not divide the channels of " + input);
      return input;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.channelShuffle(this);
    }
  }

  /**
   * A border around the map, and channels before and after, of one value.
   *
   * @param padding around the map
   * @param before channels before
   * @param after channels after
   */
  record Pad(Window.Padding padding, int before, int after, double value) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          input.rank() > 1 || padding.equals(Window.Padding.NONE),
          "pads a map; the input is the vector " + input);
      require(
          input.rank() > 2 || padding.top() + padding.bottom() == 0,
          "pads rows; the input is the sequence " + input);
      return input.withMap(
          exact((long) input.channels() + before + after),
          exact((long) input.height() + padding.top() + padding.bottom()),
          exact((long) input.width() + padding.left() + padding.right()));
    }

    @Override
    public Op rounded() {
      return new Pad(padding, before, after, (float) value);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.pad(this);
    }
  }

  /**
   * The map resampled to another size.
   *
   * @param alignCorners of BILINEAR: whether the corners of both maps are the same points
   * @param height rows of the result
   * @param width columns of the result
   */
  record Upsample(Mode mode, boolean alignCorners, int height, int width) implements Op {
    /** How elements between those of the input are made. */
    public enum Mode {
      NEAREST,
      BILINEAR
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = map(only(inputs));
      require(
          input.rank() == 3 || height == 1,
          "makes rows; the input is the sequence " + input + ", which has none");
      require(height > 0 && width > 0, "makes a map of " + height + " × " + width);
      return input.withMap(input.channels(), height, width);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.upsample(this);
    }
  }

  /** The same elements as a vector. */
  record Flatten() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      return Shape.of(Math.toIntExact(only(inputs).size()));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.flatten(this);
    }
  }

  /** The same elements, in the same order, in another shape. */
  record Reshape(Shape shape) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          input.size() == shape.size(),
          String.format(
              Locale.ROOT,
              "makes %s of %s: %d elements of %d",
              shape,
              input,
              shape.size(),
              input.size()));
      return shape;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reshape(this);
    }
  }

  /** eˣ/Σeˣ over the channels. */
  record Softmax() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.softmax(this);
    }
  }

  /**
   * Numbers that do not depend on the input.
   *
   * @param values [C, H, W], [C, L] or [C]
   */
  record Constant(Tensor values) implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      require(inputs.isEmpty(), "reads nothing");
      Shape shape = values.shape();
      require(
          shape.rank() >= 1 && shape.rank() <= 3 && shape.size() > 0,
          "is a constant of shape " + shape);
      return shape;
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new Constant(map.apply(values));
    }

    @Override
    public long parameters() {
      return values.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.constant(this);
    }
  }

  /**
   * A function of each element that is no activation of another operator: its slope has no bound,
   * or nobody has it behind a convolution.
   *
   * @param parameter the exponent of POWER, α of THRESHOLD
   */
  record Elementwise(Function function, double parameter) implements Op {
    /** The functions; their definitions are those of {@code dev.sinter.kernel.PointFunction}. */
    public enum Function {
      ABS,
      EXP,
      LOG,
      POWER,
      SOFTSIGN,
      THRESHOLD,
      GELU_TANH
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs);
    }

    @Override
    public Op rounded() {
      return new Elementwise(function, (float) parameter);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.elementwise(this);
    }
  }

  /**
   * An operation on two values of one rank; where one has the extent 1 and the other has not, its
   * element stands for all of them.
   */
  record Binary(Operation operation, Activation activation) implements Activatable {
    /** What is done; POWER raises the first to the second. */
    public enum Operation {
      ADD,
      SUBTRACT,
      MULTIPLY,
      DIVIDE,
      POWER,
      MINIMUM,
      MAXIMUM
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      require(inputs.size() == 2, "needs two values");
      Shape a = inputs.get(0);
      Shape b = inputs.get(1);
      require(a.rank() == b.rank(), "combines " + a + " with " + b);
      List<Integer> extents = new ArrayList<>();
      for (int axis = 0; axis < a.rank(); axis++) {
        int extent = a.extent(axis);
        int other = b.extent(axis);
        require(extent == other || extent == 1 || other == 1, "combines " + a + " with " + b);
        extents.add(Math.max(extent, other));
      }
      return new Shape(extents);
    }

    @Override
    public Binary with(Activation next) {
      return new Binary(operation, next);
    }

    @Override
    public Op rounded() {
      return new Binary(operation, activation.rounded());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.binary(this);
    }
  }

  /**
   * One number of all channels at each place: [C, H, W] to [1, H, W].
   *
   * @param kind FIRST_MAXIMUM and LAST_MAXIMUM give the channel of the largest element, the first
   *     or the last of equal ones
   */
  record Reduce(Reduce.Kind kind) implements Op {
    /** Which number. */
    public enum Kind {
      SUM,
      MEAN,
      MAXIMUM,
      FIRST_MAXIMUM,
      LAST_MAXIMUM,
      LOG_SUM_EXP
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      return input.withMap(1, input.height(), input.width());
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.reduce(this);
    }
  }

  /**
   * y = scale·(x − μ)/√(σ² + ε) + shift with the mean μ and the variance σ² (the mean square of the
   * deviations) of the elements at hand: those of a group of channels, of the whole map or of each
   * place by itself. One channel a group and the map make an instance normalization, all channels
   * in one group and each place a layer normalization.
   *
   * @param groups of channels, as many in each
   * @param overMap whether a group's statistics are of the whole map
   * @param scale [C]
   * @param shift [C]
   */
  record Normalization(
      int groups,
      boolean overMap,
      double epsilon,
      Tensor scale,
      Tensor shift,
      Activation activation)
      implements Activatable {
    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          groups > 0 && input.channels() % groups == 0,
          "has " + groups + " groups, which do not divide the channels of " + input);
      require(
          vector(scale, input.channels()) && vector(shift, input.channels()),
          "has " + scale.size() + " channels; the input is " + input);
      return input;
    }

    @Override
    public Normalization with(Activation next) {
      return new Normalization(groups, overMap, epsilon, scale, shift, next);
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new Normalization(
          groups, overMap, epsilon, map.apply(scale), map.apply(shift), activation);
    }

    @Override
    public Op rounded() {
      return new Normalization(
          groups, overMap, (float) epsilon, scale.rounded(), shift.rounded(), activation.rounded());
    }

    @Override
    public long parameters() {
      return 2L * scale.size();
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.normalization(this);
    }
  }

  /**
   * Elements of the input at other places, any of them more than once or never: with tables of
   * places, y[c, i, j] is the element of the input at {@code channels[c] + rows[i] + columns[j]}. A
   * place is a channel and a position; each of them adds up by itself.
   */
  record Rearrange(Shape shape, List<Place> channels, List<Place> rows, List<Place> columns)
      implements Op {
    /** Positions beyond this are no floats. */
    private static final int MOST = 1 << 24;

    /** Neither is negative. */
    public record Place(int channel, int position) {
      public static final Place ZERO = new Place(0, 0);
    }

    public Rearrange {
      channels = List.copyOf(channels);
      rows = List.copyOf(rows);
      columns = List.copyOf(columns);
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = only(inputs);
      require(
          channels.size() == shape.channels()
              && rows.size() == shape.height()
              && columns.size() == shape.width(),
          "has tables for another shape than " + shape);
      long channel = last(Place::channel, channels, rows, columns);
      long position = last(Place::position, channels, rows, columns);
      require(
          channel < input.channels() && position < input.plane(),
          "takes elements that " + input + " does not have");
      require(
          Math.max(channel, position) < MOST,
          "rearranges " + input + ", which is too large for it");
      return shape;
    }

    @SafeVarargs
    private static long last(ToIntFunction<Place> part, List<Place>... tables) {
      long sum = 0;
      for (List<Place> table : tables) {
        int greatest = 0;
        for (Place place : table) {
          int value = part.applyAsInt(place);
          greatest = value < 0 ? Integer.MAX_VALUE : Math.max(greatest, value);
        }
        sum += greatest;
      }
      return sum;
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.rearrange(this);
    }
  }

  /**
   * The map resampled by weights: y[c, i, j] = Σ rows(i, u)·columns(j, v)·x[c, u, v]. Whatever lies
   * between the elements of the map is a sum of some neighbours, on either axis.
   */
  record Resample(Taps rows, Taps columns) implements Op {
    /**
     * For each output the weights of some neighbours: {@code weights[i, k]} of {@code first(i) +
     * k}.
     *
     * @param weights [outputs, taps]
     */
    public record Taps(List<Integer> first, Tensor weights) {
      public Taps {
        first = List.copyOf(first);
      }

      public int count() {
        return weights.shape().extent(1);
      }

      private boolean fits(int extent) {
        return weights.shape().rank() == 2
            && weights.shape().extent(0) == first.size()
            && extent <= 1 << 24
            && first.stream().allMatch(at -> at >= 0 && at + count() <= extent);
      }
    }

    @Override
    public Shape infer(List<Shape> inputs) {
      Shape input = map(only(inputs));
      require(
          rows.fits(input.height()) && columns.fits(input.width()),
          "has taps that " + input + " does not have");
      require(
          input.rank() == 3 || rows.first().size() == 1,
          "makes rows; the input is the sequence " + input + ", which has none");
      return input.withMap(input.channels(), rows.first().size(), columns.first().size());
    }

    @Override
    public Op mapTensors(UnaryOperator<Tensor> map) {
      return new Resample(
          new Taps(rows.first(), map.apply(rows.weights())),
          new Taps(columns.first(), map.apply(columns.weights())));
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.resample(this);
    }
  }

  /** Nothing at all: an identity, or a dropout at the time of use. */
  record Identity() implements Op {
    @Override
    public Shape infer(List<Shape> inputs) {
      return only(inputs);
    }

    @Override
    public <R> R accept(Visitor<R> visitor) {
      return visitor.identity(this);
    }
  }

  /** One method an operator, so that javac points to all that a new one needs. */
  interface Visitor<R> {
    R input(Input op);

    R conv(Conv op);

    R convTranspose(ConvTranspose op);

    R linear(Linear op);

    R batchNorm(BatchNorm op);

    R affine(Affine op);

    R activate(Activate op);

    R pool(Pool op);

    R globalPool(GlobalPool op);

    R add(Add op);

    R multiply(Multiply op);

    R concat(Concat op);

    R slice(Slice op);

    R channelShuffle(ChannelShuffle op);

    R pad(Pad op);

    R upsample(Upsample op);

    R flatten(Flatten op);

    R reshape(Reshape op);

    R softmax(Softmax op);

    R constant(Constant op);

    R elementwise(Elementwise op);

    R binary(Binary op);

    R reduce(Reduce op);

    R normalization(Normalization op);

    R rearrange(Rearrange op);

    R resample(Resample op);

    R identity(Identity op);
  }

  private static Shape only(List<Shape> inputs) {
    require(inputs.size() == 1, "reads one value, not " + inputs.size());
    return inputs.get(0);
  }

  private static Shape map(Shape input) {
    require(
        input.rank() > 1,
        "needs a map [C, H, W] or a sequence [C, L]; the input is the vector " + input);
    return input;
  }

  private static int exact(long extent) {
    require(extent <= Integer.MAX_VALUE, "makes an axis of " + extent + ", longer than an array");
    return (int) extent;
  }

  private static boolean vector(Tensor tensor, int length) {
    return tensor.shape().equals(Shape.of(length));
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
